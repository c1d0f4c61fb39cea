/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Macros and inline functions of the kernel, as functions that Rust can call.
 */
#ifndef _JITALLOC_HELPERS_H
#define _JITALLOC_HELPERS_H

#include <linux/jitalloc.h>
#include <linux/pgtable.h>
#include <linux/types.h>

/*
 * What only the running kernel knows, of what ports need; Layout in params.rs,
 * ends exclusive.
 */
struct jit_layout {
	unsigned long page_size;
	unsigned long pmd_size;
	unsigned long kernel_start;
	unsigned long vmalloc_start;
	unsigned long vmalloc_end;
	unsigned long modules_start;
	unsigned long modules_end;
	unsigned long modules_offset;
	unsigned long modules_align;
	unsigned long module_direct_base;
	unsigned long module_plt_base;
	bool has_rox_cache;
	bool has_bpf_rox;
	bool has_module_plts;
};

/* Protections of params.rs, by number. */
enum jit_prot {
	JIT_PROT_KERNEL,
	JIT_PROT_KERNEL_ROX,
	JIT_PROT_KERNEL_EXEC,
};

/* What is counted; Event in stats.rs, by number. */
enum jit_event {
	JIT_EVENT_ALLOC,
	JIT_EVENT_FREE,
	JIT_EVENT_MAX,
};

/* How many, and how many bytes in all. */
struct jit_tally {
	unsigned long count;
	unsigned long bytes;
};

pgprot_t jit_helper_pgprot(enum jit_prot prot);
void *jit_helper_vmalloc_range(unsigned long size, unsigned long align,
			       unsigned long start, unsigned long end,
			       bool is_text, bool is_large);
void jit_helper_vfree(void *addr);
void *jit_helper_execmem_alloc(unsigned long size);
bool jit_helper_execmem_is_large(const void *addr);
void jit_helper_execmem_free(void *addr);
void jit_helper_synchronize_rcu_tasks(void);
void jit_helper_synchronize_rcu_tasks_trace(void);
unsigned long jit_helper_totalram(void);
unsigned long jit_helper_irq_save(void);
void jit_helper_irq_restore(unsigned long flags);
void jit_helper_cond_resched(void);
void jit_helper_warn(const char *what, const void *ptr, unsigned long caller,
		     unsigned long owner);
void jit_helper_warn_hotplug(unsigned long caller);
void jit_helper_warn_owner_limit(unsigned long caller, unsigned long size,
				 unsigned long has, unsigned long limit);
void jit_helper_tally_add(unsigned int nr, unsigned long bytes);
struct jit_tally jit_helper_tally(enum jit_event event, enum jit_type type);
int jit_helper_shrinker_register(void);
void jit_helper_shrinker_unregister(void);
void jit_helper_wake(void);
void jit_helper_wake_sync(void);
bool jit_helper_has_pred_flush(void);
void jit_helper_pred_flush(void);

#endif /* _JITALLOC_HELPERS_H */
