/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _JIT_BROKEN_H
#define _JIT_BROKEN_H

#include <linux/types.h>

/* Two functions of the kernel that no header declares for modules */
int set_memory_rox(unsigned long addr, int numpages);
int set_memory_rw(unsigned long addr, int numpages);

int jit_kfn_set_memory_rox(unsigned long addr, int numpages);
int jit_kfn_set_memory_ro(unsigned long addr, unsigned long numpages);
int jit_kfn_set_memory_rw(unsigned long addr, int numpages);
void *jit_kfn_text_poke_copy(void *addr, const void *opcode, int len);
int jit_kfn_set_memory_nx(unsigned long addr, int numpages);
int jit_kfn_no_such_function(void);

extern int (*jit_pointer)(unsigned long addr, unsigned long numpages);

#endif /* _JIT_BROKEN_H */
