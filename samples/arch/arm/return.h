/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How generated arm code returns: by a branch to the link register, whether the
 * caller is code of arm or of Thumb.
 */
#ifndef _SAMPLES_RETURN_H
#define _SAMPLES_RETURN_H

#include "insn.h"

/* What emit_return() writes at most. */
#define RETURN_MAX	4

/**
 * emit_return() - write the end of a function
 * @image: where to write, at least %RETURN_MAX bytes
 * @ip: address at which these bytes will run
 * @thunk: what other architectures have to jump to instead; there is none here
 *
 * Return: number of bytes written, 0 if there is a @thunk.
 */
static inline unsigned int emit_return(unsigned char *image, unsigned long ip,
				       const void *thunk)
{
	unsigned int i;

	(void)ip;
	if (thunk)
		return 0;
	for (i = 0; i < RETURN_MAX; i++)
		image[i] = (unsigned char)(a32_bx(A32_LR) >> (8 * i));
	return RETURN_MAX;
}

#ifdef __KERNEL__

#include <linux/stddef.h>

/**
 * return_thunk_in_use() - find out how this kernel returns
 *
 * Return: %NULL, for there is no return thunk.
 */
static inline const void *return_thunk_in_use(void)
{
	return NULL;
}

#endif /* __KERNEL__ */

#endif /* _SAMPLES_RETURN_H */
