/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own allocators, which it does not export.
 *
 * They are called as kfn(NAME)(...), a static call: many of them are sealed for
 * indirect branch tracking, so a call through a pointer would be fatal.
 */
#ifndef _JIT_BENCH_KFN_H
#define _JIT_BENCH_KFN_H

#include <linux/kprobes.h>
#include <linux/vmalloc.h>

#include "arch.h"

#define BENCH_KFN_LIST(KFN)			\
	KFN(bpf_prog_pack_alloc)		\
	KFN(bpf_prog_pack_free)			\
	KFN(execmem_alloc)			\
	KFN(execmem_free)			\
	KFN(__vmalloc_node_range_noprof)	\
	KFN(__get_insn_slot)			\
	KFN(__free_insn_slot)			\
	BENCH_ARCH_KFN_LIST(KFN)

#define KFN(name) DECLARE_STATIC_CALL(bench_##name, name);
BENCH_KFN_LIST(KFN)
#undef KFN

#define kfn(name) static_call(bench_##name)

/* Interrupts of a CPU that have no number of their own */
static inline u64 bench_arch_irqs(unsigned int cpu)
{
#ifdef CONFIG_X86_64
	return kfn(arch_irq_stat_cpu)(cpu);
#else
	return 0;
#endif
}

int bench_kfn_resolve(void);
unsigned long bench_kfn_lookup(const char *name);

#endif /* _JIT_BENCH_KFN_H */
