// SPDX-License-Identifier: GPL-2.0
/*
 * Where the kernel's unexported functions are. A kprobe that is registered
 * disabled finds the one that finds all others.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/uaccess.h>
#include <asm/ibt.h>

#include "kfn.h"

DEFINE_STATIC_CALL_NULL(bench_bpf_prog_pack_alloc, bpf_prog_pack_alloc);
DEFINE_STATIC_CALL_NULL(bench_bpf_prog_pack_free, bpf_prog_pack_free);
DEFINE_STATIC_CALL_NULL(bench_text_poke_copy, text_poke_copy);
DEFINE_STATIC_CALL_NULL(bench_execmem_alloc, execmem_alloc);
DEFINE_STATIC_CALL_NULL(bench_execmem_alloc_rw, execmem_alloc_rw);
DEFINE_STATIC_CALL_NULL(bench_execmem_restore_rox, execmem_restore_rox);
DEFINE_STATIC_CALL_NULL(bench_execmem_free, execmem_free);
DEFINE_STATIC_CALL_NULL(bench_set_memory_rox, set_memory_rox);
DEFINE_STATIC_CALL_NULL(bench___vmalloc_node_range_noprof, __vmalloc_node_range_noprof);
DEFINE_STATIC_CALL_NULL(bench___get_insn_slot, __get_insn_slot);
DEFINE_STATIC_CALL_NULL(bench___free_insn_slot, __free_insn_slot);
DEFINE_STATIC_CALL_NULL(bench_arch_irq_stat_cpu, arch_irq_stat_cpu);
DEFINE_STATIC_CALL_NULL(bench_kallsyms_on_each_match_symbol,
			kallsyms_on_each_match_symbol);

struct match {
	unsigned long addr;
	unsigned int nr;
};

static int match_one(void *data, unsigned long addr)
{
	struct match *match = data;

	match->addr = addr;
	match->nr++;
	return 0;
}

/* The address of the one symbol of that name; 0 if there is none, or two. */
unsigned long bench_kfn_lookup(const char *name)
{
	struct match match = { };

	kfn(kallsyms_on_each_match_symbol)(match_one, name, &match);
	return match.nr == 1 ? match.addr : 0;
}

static void *find_kallsyms(void)
{
	struct kprobe kp = {
		.symbol_name = "kallsyms_on_each_match_symbol",
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long addr;
	u32 insn;

	if (register_kprobe(&kp))
		return NULL;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);

	/* The probe sits behind a landing pad, sealed or not. */
	if (IS_ENABLED(CONFIG_X86_KERNEL_IBT) &&
	    !get_kernel_nofault(insn, (u32 *)(addr - ENDBR_INSN_SIZE)) &&
	    __is_endbr(insn))
		addr -= ENDBR_INSN_SIZE;
	return (void *)addr;
}

int bench_kfn_resolve(void)
{
	typeof(kallsyms_on_each_match_symbol) *each = find_kallsyms();

	if (!each)
		return -ENOENT;
	static_call_update(bench_kallsyms_on_each_match_symbol, each);

#define KFN(name) {							\
		typeof(name) *func = (void *)bench_kfn_lookup(#name);	\
									\
		if (!func) {						\
			pr_err("the kernel has no " #name "\n");	\
			return -ENOENT;					\
		}							\
		static_call_update(bench_##name, func);			\
	}
	BENCH_KFN_LIST(KFN)
#undef KFN

	return 0;
}
