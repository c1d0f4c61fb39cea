/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own allocators, which it does not export.
 *
 * They are called as kfn(NAME)(...), a static call: many of them are sealed for
 * indirect branch tracking, so a call through a pointer would be fatal.
 */
#ifndef _JIT_BENCH_KFN_H
#define _JIT_BENCH_KFN_H

#include <linux/execmem.h>
#include <linux/filter.h>
#include <linux/hardirq.h>
#include <linux/kprobes.h>
#include <linux/set_memory.h>
#include <linux/static_call.h>
#include <linux/vmalloc.h>
#include <asm/text-patching.h>

#define BENCH_KFN_LIST(KFN)			\
	KFN(bpf_prog_pack_alloc)		\
	KFN(bpf_prog_pack_free)			\
	KFN(text_poke_copy)			\
	KFN(execmem_alloc)			\
	KFN(execmem_alloc_rw)			\
	KFN(execmem_restore_rox)		\
	KFN(execmem_free)			\
	KFN(set_memory_rox)			\
	KFN(__vmalloc_node_range_noprof)	\
	KFN(__get_insn_slot)			\
	KFN(__free_insn_slot)			\
	KFN(arch_irq_stat_cpu)

DECLARE_STATIC_CALL(bench_bpf_prog_pack_alloc, bpf_prog_pack_alloc);
DECLARE_STATIC_CALL(bench_bpf_prog_pack_free, bpf_prog_pack_free);
DECLARE_STATIC_CALL(bench_text_poke_copy, text_poke_copy);
DECLARE_STATIC_CALL(bench_execmem_alloc, execmem_alloc);
DECLARE_STATIC_CALL(bench_execmem_alloc_rw, execmem_alloc_rw);
DECLARE_STATIC_CALL(bench_execmem_restore_rox, execmem_restore_rox);
DECLARE_STATIC_CALL(bench_execmem_free, execmem_free);
DECLARE_STATIC_CALL(bench_set_memory_rox, set_memory_rox);
DECLARE_STATIC_CALL(bench___vmalloc_node_range_noprof, __vmalloc_node_range_noprof);
DECLARE_STATIC_CALL(bench___get_insn_slot, __get_insn_slot);
DECLARE_STATIC_CALL(bench___free_insn_slot, __free_insn_slot);
DECLARE_STATIC_CALL(bench_arch_irq_stat_cpu, arch_irq_stat_cpu);

#define kfn(name) static_call(bench_##name)

int bench_kfn_resolve(void);
unsigned long bench_kfn_lookup(const char *name);

#endif /* _JIT_BENCH_KFN_H */
