/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that code can run in, in this process, and on x86 what a kernel may have
 * made of the branches of a module.
 */
#ifndef _SELFTESTS_EMIT_MACHINE_H
#define _SELFTESTS_EMIT_MACHINE_H

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../pieces.h"

#define TEXT_SIZE	4096
#define MEMORY_SIZE	(3 * TEXT_SIZE)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The first part is for code, the others for what it goes through. */
static u8 *text;
static sigjmp_buf before_run;

static inline void report(bool ok, const char *name)
{
	printf("%s %s\n", ok ? "ok" : "not ok", name);
	fflush(stdout);
}

static void on_fault(int sig)
{
	siglongjmp(before_run, sig);
}

static inline void protect(int prot)
{
	if (mprotect(text, MEMORY_SIZE, prot)) {
		perror("mprotect");
		exit(2);
	}
}

static inline void machine_init(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP };
	struct sigaction action = { .sa_handler = on_fault };
	size_t i;

	text = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (text == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* Copies what is complete to where it runs. */
static inline bool machine_write(const struct jit_emit *e)
{
	if (e->err || e->len > TEXT_SIZE)
		return false;
	protect(PROT_READ | PROT_WRITE);
	memset(text, 0, TEXT_SIZE);
	memcpy(text, e->buf, e->len);
	__builtin___clear_cache((char *)text, (char *)text + TEXT_SIZE);
	protect(PROT_READ | PROT_EXEC);
	return true;
}

#ifdef __x86_64__

#include "sites.h"

/* What code goes through: a return at 0, then a jump by each register */
static const u8 *thunk_of(unsigned int reg)
{
	return text + TEXT_SIZE + 64 + 16 * reg;
}

static u8 sites[SITES_SIZE + 8];

const u8 *__jit_emit_sites(void)
{
	return text ? text + 2 * TEXT_SIZE : sites;
}

/* How a kernel may have made them */
enum machine_kind {
	KIND_PLAIN,
	KIND_PREFIXED,
	KIND_LFENCE,
	KIND_THUNKS,
	KIND_THUNKS_RETURN,
	KINDS,
};

static const char * const kind_names[] = {
	"plain", "plain with prefixes", "lfence", "thunks", "thunks and a return thunk",
};

/* call or jmp *reg: returns how long it is */
static size_t put_indirect(u8 *at, unsigned int reg, u8 modrm)
{
	size_t len = 0;

	if (reg >= 8)
		at[len++] = 0x41;
	at[len++] = 0xff;
	at[len++] = modrm + reg % 8;
	return len;
}

static void put_site(u8 *at, unsigned int reg, enum machine_kind kind, bool jump)
{
	static const u8 lfence[] = { 0x0f, 0xae, 0xe8 };
	u8 modrm = jump ? 0xe0 : 0xd0;
	size_t len = reg < 8 ? 5 : 6, n = 0;

	switch (kind) {
	case KIND_PLAIN:
		n = put_indirect(at, reg, modrm);
		memset(at + n, jump ? 0xcc : 0x90, len - n);
		break;
	case KIND_PREFIXED:
		memset(at, 0x2e, 3);
		put_indirect(at + 3, reg, modrm);
		break;
	case KIND_LFENCE:
		memcpy(at, lfence, sizeof(lfence));
		put_indirect(at + 3, reg, modrm);
		break;
	default:
		*at = 0x2e;
		put_direct(at + len - 5, jump ? 0xe9 : 0xe8, thunk_of(reg));
		break;
	}
}

static inline void machine_set(enum machine_kind kind)
{
	u8 *site = text + 2 * TEXT_SIZE;
	unsigned int reg;

	protect(PROT_READ | PROT_WRITE);
	memset(text + TEXT_SIZE, 0xcc, 2 * TEXT_SIZE);
	text[TEXT_SIZE] = 0xc3;
	for (reg = 0; reg < 16; reg++) {
		u8 *at = site + reg / 2 * 64 + reg % 2 * 16;

		if (reg == 4)
			continue;
		put_indirect((u8 *)thunk_of(reg), reg, 0xe0);
		put_site(at, reg, kind, false);
		put_site(at + 10, reg, kind, true);
	}
	put_return(site, kind == KIND_THUNKS_RETURN ? text + TEXT_SIZE : NULL);
}

#else

enum machine_kind { KIND_PLAIN, KINDS };

static const char * const kind_names[] = { "plain" };

static inline void machine_set(enum machine_kind kind)
{
	(void)kind;
}

#endif

#endif /* _SELFTESTS_EMIT_MACHINE_H */
