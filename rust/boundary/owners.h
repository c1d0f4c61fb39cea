/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules that go away; see owners.c.
 */
#ifndef _JITALLOC_OWNERS_H
#define _JITALLOC_OWNERS_H

#include <linux/types.h>

/* To jit_helper_left() for what is more than there are lines. */
#define JIT_OTHER_CALLERS	1UL

int jit_helper_owners_register(void);
void jit_helper_owners_unregister(void);
bool jit_helper_owns(const void *mod, unsigned long addr);
bool jit_helper_owns_init(const void *mod, unsigned long addr);
unsigned long jit_helper_owner_base(const void *mod);

struct jit_span {
	unsigned long start;
	unsigned int len;
};

struct jit_span jit_helper_owner_text(const void *mod, bool is_init);
void jit_helper_left(const void *mod, unsigned long caller,
		     unsigned long count, unsigned long bytes);
void jit_helper_left_caches(const void *mod, unsigned long count);
void jit_rust_owner_coming(const void *mod);
void jit_rust_owner_live(const void *mod);
void jit_rust_owner_going(const void *mod);
void jit_rust_owner_foreign(const void *mod);

#endif /* _JITALLOC_OWNERS_H */
