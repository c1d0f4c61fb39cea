/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's allocators, and the counter that everything is measured by,
 * have for names and ways on an architecture.
 */
#ifndef _JIT_BENCH_ARCH_H
#define _JIT_BENCH_ARCH_H

#include <linux/execmem.h>
#include <linux/filter.h>
#include <linux/hardirq.h>
#include <linux/set_memory.h>
#include <linux/static_call.h>

#ifdef CONFIG_X86_64

#include <asm/ibt.h>
#include <asm/msr.h>
#include <asm/text-patching.h>
#include <asm/tsc.h>

#define BENCH_ARCH_KFN_LIST(KFN)		\
	KFN(text_poke_copy)			\
	KFN(execmem_alloc_rw)			\
	KFN(execmem_restore_rox)		\
	KFN(set_memory_rox)			\
	KFN(arch_irq_stat_cpu)

/* A probe sits behind a landing pad, sealed or not. */
static inline unsigned long bench_entry(unsigned long addr)
{
	u32 insn;

	if (IS_ENABLED(CONFIG_X86_KERNEL_IBT) &&
	    !get_kernel_nofault(insn, (u32 *)(addr - ENDBR_INSN_SIZE)) &&
	    __is_endbr(insn))
		return addr - ENDBR_INSN_SIZE;
	return addr;
}

static __always_inline u64 bench_ticks(void)
{
	return rdtsc_ordered();
}

static inline u32 bench_khz(void)
{
	return tsc_khz;
}

#else

#include <asm/sysreg.h>

#define BENCH_ARCH_KFN_LIST(KFN)		\
	KFN(bpf_arch_text_copy)			\
	KFN(set_memory_ro)			\
	KFN(set_memory_x)

static inline unsigned long bench_entry(unsigned long addr)
{
	return addr;
}

/* Under -icount the counter of the emulated machine runs at 1 GHz. */
static __always_inline u64 bench_ticks(void)
{
	u64 ticks;

	asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) :: "memory");
	return ticks;
}

static inline u32 bench_khz(void)
{
	return read_sysreg(cntfrq_el0) / 1000;
}

#endif

#endif /* _JIT_BENCH_ARCH_H */
