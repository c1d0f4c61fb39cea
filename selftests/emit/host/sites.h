/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kernel may have made of the return of a module, where <linux/jit_emit.h> has
 * it on x86. For programs that give it __jit_emit_sites().
 */
#ifndef _SELFTESTS_EMIT_SITES_H
#define _SELFTESTS_EMIT_SITES_H

#include <linux/jit_emit.h>

/* For sixteen registers, two in a cache line; in place of rsp's is the return. */
#define SITES_SIZE	512
#define SITES_RETURN	(2 * 64 + 8)

static inline void put_direct(u8 *at, u8 opcode, const u8 *to)
{
	int distance = (int)(to - (at + 5));

	*at = opcode;
	memcpy(at + 1, &distance, sizeof(distance));
}

/* A return, or a jump to the thunk that there is */
static inline void put_return(u8 *sites, const u8 *thunk)
{
	sites[SITES_RETURN] = 0xc3;
	if (thunk)
		put_direct(sites + SITES_RETURN, 0xe9, thunk);
}

#endif /* _SELFTESTS_EMIT_SITES_H */
