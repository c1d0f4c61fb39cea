/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of code in the kernel's tables; see symbol.c.
 */
#ifndef _JITALLOC_SYMBOL_H
#define _JITALLOC_SYMBOL_H

#include <linux/types.h>

struct jit_symbol;

struct jit_symbol *jit_symbol_add(const char *name, unsigned long start,
				  unsigned long len);
struct jit_symbol *jit_symbol_add_extable(struct jit_symbol *old,
					  unsigned long table, size_t len);
bool jit_symbol_has_extable(const struct jit_symbol *sym);
const char *jit_symbol_name(const struct jit_symbol *sym, size_t *len);
void jit_symbol_del(struct jit_symbol *sym);

#endif /* _JITALLOC_SYMBOL_H */
