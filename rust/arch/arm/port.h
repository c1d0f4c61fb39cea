/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of arm.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

/* Unexported functions that arm needs and that can be probed; arch/set_memory.c. */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(set_memory_ro)			\
	KFN(set_memory_x)

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PORT_FAULT_LIST(POINT)		\
	POINT(resolve_start)			\
	POINT(writer_enter)			\
	POINT(set_memory_ro)			\
	POINT(set_memory_x)

struct jit_layout;

int jit_kfn_set_memory_ro(unsigned long addr, int numpages);
int jit_kfn_set_memory_x(unsigned long addr, int numpages);
void jit_kfn___patch_text_real(void *addr, unsigned int insn, bool remap);
void jit_kfn_set___patch_text_real(void *func);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);
void jit_port_sync_caches(unsigned long start, unsigned long len);

bool jit_writer_enter(void);
void jit_writer_leave(void);
void jit_writer_copy(unsigned long text, const void *src, size_t len);
void jit_writer_set(unsigned long text, u8 byte, size_t len);
void jit_writer_set_traps(unsigned long text, size_t len);

#ifndef __BINDGEN__
#include <linux/irqflags.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/smp.h>

/* As on arm64: other CPUs have to be told of a write, by an interrupt. */
static __always_inline bool jit_port_may_write(void)
{
	return in_task() && !irqs_disabled();
}

static __always_inline unsigned long jit_port_write_begin(void)
{
	unsigned long flags;

	local_irq_save(flags);
	return flags;
}

static __always_inline void jit_port_write_end(unsigned long flags)
{
	local_irq_restore(flags);
	kick_all_cpus_sync();
}

static inline void jit_port_prepare_text(const void *text)
{
}

/* The direct map stays writable; what is beyond it is not in there. */
#define JIT_PORT_TEXT_GFP		__GFP_HIGHMEM

/* The kernel has none. */
#define JIT_PORT_PAGE_KERNEL_ROX	_MOD_PROT(pgprot_kernel, L_PTE_RDONLY)
#endif

#endif /* _JITALLOC_PORT_H */
