/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exception tables as the kernel has them; see extable.c.
 */
#ifndef _JITALLOC_EXTABLE_H
#define _JITALLOC_EXTABLE_H

#include <linux/types.h>

struct jit_extable;
struct jit_extable_entry;

int jit_extable_new(const struct jit_extable_entry *entries, size_t nr,
		    unsigned long start, size_t size,
		    struct jit_extable **table);
const void *jit_extable_bytes(const struct jit_extable *table, size_t *len);
unsigned long jit_extable_addr(const struct jit_extable *table);
void jit_extable_free(struct jit_extable *table);

#endif /* _JITALLOC_EXTABLE_H */
