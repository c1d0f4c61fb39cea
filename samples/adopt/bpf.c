// SPDX-License-Identifier: GPL-2.0
/*
 * BPF: programs, trampolines, images of struct_ops and of dispatchers. All of them come
 * from bpf_prog_pack_alloc(), and go by bpf_prog_pack_free(), after the grace period of
 * BPF. They are written by bpf_arch_text_copy(), but x86 has the compiler put that
 * into its other functions: what is called there is text_poke_copy().
 */
#include <linux/err.h>
#include <linux/filter.h>

#include "jit_adopt.h"
#include "redirect.h"

ADOPT_ORIGINAL(bpf_prog_pack_alloc);
ADOPT_ORIGINAL(bpf_prog_pack_free);

#ifdef CONFIG_X86_64
#include <asm/text-patching.h>

ADOPT_ORIGINAL(text_poke_copy);
#else
ADOPT_ORIGINAL(bpf_arch_text_copy);
#endif

static struct adopt_redirect redirects[];
enum { ALLOC, FREE, COPY };

/*
 * BPF finds the header of a program by clearing as many low bits of the address where
 * it begins as kernel/bpf/core.c says: BPF_PROG_CHUNK_MASK.
 */
#define CHUNK_SIZE	64

/* jitalloc fills text with traps, and so needs no bpf_fill_ill_insns. */
static void *pack_alloc(u32 size, bpf_jit_fill_hole_t bpf_fill_ill_insns,
			bool was_classic)
{
	void *text = adopt_alloc(&adopt_bpf, size, CHUNK_SIZE);

	if (!text)
		text = adopt_original(bpf_prog_pack_alloc)(size,
							   bpf_fill_ill_insns,
							   was_classic);
	atomic_dec(&redirects[ALLOC].inside);
	return text;
}

static void pack_free(void *ptr, u32 size)
{
	if (!adopt_free(&adopt_bpf, ptr))
		adopt_original(bpf_prog_pack_free)(ptr, size);
	atomic_dec(&redirects[FREE].inside);
}

/* Whether @dst is text of jitalloc; what it says of the write then. */
static bool is_written(void *dst, const void *src, size_t len, int *err)
{
	*err = jit_update_copy(dst, src, len);
	/* The kernel's own text */
	if (*err == -EFAULT)
		return false;
	if (!*err)
		atomic_long_inc(&adopt_bpf.written);
	return true;
}

#ifdef CONFIG_X86_64

static void *poke_copy(void *addr, const void *opcode, size_t len)
{
	int err;
	void *ret;

	if (is_written(addr, opcode, len, &err))
		ret = err ? NULL : addr;
	else
		ret = adopt_original(text_poke_copy)(addr, opcode, len);
	atomic_dec(&redirects[COPY].inside);
	return ret;
}

#define REDIRECT_COPY	ADOPT_REDIRECT(text_poke_copy, poke_copy)

#else

static void *text_copy(void *dst, void *src, size_t len)
{
	int err;
	void *ret;

	if (is_written(dst, src, len, &err))
		ret = err ? ERR_PTR(err) : dst;
	else
		ret = adopt_original(bpf_arch_text_copy)(dst, src, len);
	atomic_dec(&redirects[COPY].inside);
	return ret;
}

#define REDIRECT_COPY	ADOPT_REDIRECT(bpf_arch_text_copy, text_copy)

#endif

static struct adopt_redirect redirects[] = {
	[ALLOC]	= ADOPT_REDIRECT(bpf_prog_pack_alloc, pack_alloc),
	[FREE]	= ADOPT_REDIRECT(bpf_prog_pack_free, pack_free),
	[COPY]	= REDIRECT_COPY,
	{ }
};

struct adopt_user adopt_bpf = {
	.name		= "bpf",
	.type		= JIT_BPF,
	.redirects	= redirects,
};
