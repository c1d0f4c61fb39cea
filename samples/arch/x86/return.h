/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How generated x86-64 code returns.
 *
 * With return thunks on, a RET is a hole in the kernel's mitigations and
 * generated code has to jump to the thunk in use instead, as everything else
 * does. Which thunk that is, is not exported. But the kernel rewrites every
 * return of a module when it loads it, so that a return of our own tells.
 *
 * emit_return() has no need of a kernel and can be tested without one.
 * Include this in one C file of a module: it defines a function.
 */
#ifndef _SAMPLES_RETURN_H
#define _SAMPLES_RETURN_H

/* What emit_return() writes at most. */
#define RETURN_MAX	5

/**
 * emit_return() - write the end of a function
 * @image: where to write, at least %RETURN_MAX bytes
 * @ip: address at which these bytes will run
 * @thunk: return thunk in use, NULL if a plain return is what is wanted
 *
 * Return: number of bytes written, 0 if @thunk is out of reach of a jump.
 */
static inline unsigned int emit_return(unsigned char *image, unsigned long ip,
				       const void *thunk)
{
	long distance = (long)((unsigned long)thunk - (ip + 5));
	unsigned int i;

	if (!thunk) {
		image[0] = 0xc3;	/* ret */
		image[1] = 0xcc;	/* int3, against straight-line speculation */
		return 2;
	}
	if (distance != (int)distance)
		return 0;

	image[0] = 0xe9;		/* jmp thunk */
	for (i = 0; i < 4; i++)
		image[1 + i] = (unsigned char)(distance >> (8 * i));
	return 5;
}

#ifdef __KERNEL__

#include <linux/compiler.h>
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <linux/types.h>

void x86_return_site(void);

/*
 * Only read, never called. Where it is aligned so is no accident: with
 * indirect target selection only returns in the first half of a cache line
 * need the thunk, and generated code can end anywhere.
 */
asm("\t.pushsection .text, \"ax\"\n"
	"\t.balign 64, 0xcc\n"
	"\t.type x86_return_site, @function\n"
	"x86_return_site:\n"
	"\t" ANNOTATE_NOENDBR "\n"
	"\t" ASM_RET "\n"
	"\t.size x86_return_site, . - x86_return_site\n"
	"\t.popsection\n");

/**
 * return_thunk_in_use() - find out how this kernel returns
 *
 * Return: the return thunk in use, NULL if there is none.
 */
static inline const void *return_thunk_in_use(void)
{
	const u8 *site = (const u8 *)x86_return_site;

	OPTIMIZER_HIDE_VAR(site);
	if (site[0] != 0xe9)
		return NULL;
	return site + 5 + *(const s32 *)(site + 1);
}

#endif /* __KERNEL__ */

#endif /* _SAMPLES_RETURN_H */
