/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Macros and inline functions of the kernel, as functions that Rust can call.
 */
#ifndef _JITALLOC_HELPERS_H
#define _JITALLOC_HELPERS_H

#include <linux/llist.h>
#include <linux/pgtable.h>
#include <linux/types.h>

/* What only the running kernel knows; Layout in params.rs, ends exclusive. */
struct jit_layout {
	unsigned long page_size;
	unsigned long kernel_start;
	unsigned long vmalloc_start;
	unsigned long vmalloc_end;
	unsigned long modules_start;
	unsigned long modules_end;
	unsigned long modules_offset;
	unsigned long modules_align;
	bool has_rox_cache;
	bool has_bpf_rox;
};

/* Protections of params.rs, by number. */
enum jit_prot {
	JIT_PROT_KERNEL,
	JIT_PROT_KERNEL_ROX,
	JIT_PROT_KERNEL_EXEC,
};

int jit_helper_layout(struct jit_layout *layout);
pgprot_t jit_helper_pgprot(enum jit_prot prot);
void *jit_helper_vmalloc_range(unsigned long size, unsigned long align,
			       unsigned long start, unsigned long end);
void jit_helper_vfree(void *addr);
unsigned long jit_helper_totalram(void);
bool jit_helper_may_sleep(void);
void jit_helper_warn(const char *what, const void *ptr, unsigned long caller,
		     unsigned long owner);
bool jit_helper_llist_add(struct llist_node *node, struct llist_head *head);
struct llist_node *jit_helper_llist_del_all(struct llist_head *head);

#endif /* _JITALLOC_HELPERS_H */
