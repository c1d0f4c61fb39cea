// SPDX-License-Identifier: GPL-2.0
/*
 * How unexported kernel functions are reached. No other file resolves a symbol.
 *
 * The kernel seals functions that it never calls through a pointer: with IBT
 * an indirect call to one of them is fatal, and so is a retpoline. They are
 * called through static calls, which are direct calls once patched. Addresses
 * come from kprobes that are registered disabled, so nothing is armed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/execmem.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/ibt.h>
#include <asm/mmu_context.h>

#include "sys/kfn.h"

#ifndef CONFIG_HAVE_STATIC_CALL_INLINE
#error "jitalloc reaches unexported functions through inline static calls"
#endif

/* The kernel's headers hide this one from modules. */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int stride_shift,
			bool freed_tables);

/*
 * The wrapper's prototype is held against the header's here; selftests hold it
 * against the BTF of the kernel that runs.
 */
#define DEFINE_KFN(name)						\
	DEFINE_STATIC_CALL_NULL(jit_##name, name);			\
	static_assert(__same_type(name, jit_kfn_##name))

DEFINE_KFN(__vmalloc_node_range_noprof);

void *jit_kfn___vmalloc_node_range_noprof(unsigned long size,
					  unsigned long align,
					  unsigned long start,
					  unsigned long end, gfp_t gfp_mask,
					  pgprot_t prot, unsigned long vm_flags,
					  int node, const void *caller)
{
	return static_call(jit___vmalloc_node_range_noprof)(size, align, start,
							    end, gfp_mask, prot,
							    vm_flags, node,
							    caller);
}

DEFINE_KFN(set_memory_rox);

int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	return static_call(jit_set_memory_rox)(addr, numpages);
}

DEFINE_KFN(find_vm_area);

struct vm_struct *jit_kfn_find_vm_area(const void *addr)
{
	return static_call(jit_find_vm_area)(addr);
}

DEFINE_KFN(execmem_alloc);

void *jit_kfn_execmem_alloc(enum execmem_type type, size_t size)
{
	return static_call(jit_execmem_alloc)(type, size);
}

DEFINE_KFN(execmem_free);

void jit_kfn_execmem_free(void *ptr)
{
	static_call(jit_execmem_free)(ptr);
}

DEFINE_KFN(mm_alloc);

struct mm_struct *jit_kfn_mm_alloc(void)
{
	return static_call(jit_mm_alloc)();
}

DEFINE_KFN(flush_tlb_mm_range);

void jit_kfn_flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, unsigned int stride_shift,
				bool freed_tables)
{
	static_call(jit_flush_tlb_mm_range)(mm, start, end, stride_shift,
					    freed_tables);
}

DEFINE_KFN(use_temporary_mm);

struct mm_struct *jit_kfn_use_temporary_mm(struct mm_struct *temp_mm)
{
	return static_call(jit_use_temporary_mm)(temp_mm);
}

DEFINE_KFN(unuse_temporary_mm);

void jit_kfn_unuse_temporary_mm(struct mm_struct *prev_mm)
{
	static_call(jit_unuse_temporary_mm)(prev_mm);
}

DEFINE_KFN(kallsyms_on_each_match_symbol);

int jit_kfn_kallsyms_on_each_match_symbol(int (*fn)(void *, unsigned long),
					  const char *name, void *data)
{
	return static_call(jit_kallsyms_on_each_match_symbol)(fn, name, data);
}

enum {
#define KFN(name) KFN_##name,
	JIT_KFN_LIST(KFN)
#undef KFN
	NR_KFNS
};

static const char * const kfn_names[NR_KFNS] = {
#define KFN(name) #name,
	JIT_KFN_LIST(KFN)
#undef KFN
};

/* Whether a landing pad, sealed or not, is at @addr. */
static bool kfn_has_endbr(unsigned long addr)
{
#ifdef CONFIG_X86_KERNEL_IBT
	u32 insn;

	return !get_kernel_nofault(insn, (u32 *)addr) && __is_endbr(insn);
#else
	return false;
#endif
}

/*
 * A probe on a function that begins with a landing pad sits behind it. Takes
 * that back, and asks kallsyms whether the result is the start of @name.
 */
static void *kfn_entry(const struct kprobe *kp, const char *name)
{
	char *sym __free(kfree) = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	unsigned long addr = (unsigned long)kp->addr;
	size_t len = strlen(name);

	if (!sym)
		return ERR_PTR(-ENOMEM);

	if (kfn_has_endbr(addr - ENDBR_INSN_SIZE))
		addr -= ENDBR_INSN_SIZE;
	sprint_symbol(sym, addr);
	if (strncmp(sym, name, len) || strncmp(sym + len, "+0x0/", 5))
		return ERR_PTR(-ESRCH);

	return (void *)addr;
}

static int kfn_find(void *addrs[NR_KFNS])
{
	struct kprobe *kps __free(kfree) = kcalloc(NR_KFNS, sizeof(*kps),
						   GFP_KERNEL);
	struct kprobe *registered[NR_KFNS];
	int nr, err = 0;

	if (!kps)
		return -ENOMEM;

	for (nr = 0; nr < NR_KFNS; nr++) {
		struct kprobe *kp = &kps[nr];

		kp->symbol_name = kfn_names[nr];
		kp->flags = KPROBE_FLAG_DISABLED;
		err = register_kprobe(kp);
		if (err)
			break;

		registered[nr] = kp;
		addrs[nr] = kfn_entry(kp, kfn_names[nr]);
	}
	if (err)
		pr_err("cannot reach the kernel's %s: %d\n", kfn_names[nr],
		       err);

	/* One grace period for all of them. */
	if (nr)
		unregister_kprobes(registered, nr);
	if (err)
		return err;

	for (nr = 0; nr < NR_KFNS; nr++) {
		if (IS_ERR(addrs[nr])) {
			err = PTR_ERR(addrs[nr]);
			pr_err("cannot call the kernel's %s: %d\n",
			       kfn_names[nr], err);
			return err;
		}
	}
	return 0;
}

/**
 * jit_kfn_resolve() - resolve every function of the set
 *
 * A failure is one line in the log that names the function.
 *
 * Context: Process context. May sleep.
 * Return: 0, or a negative errno: -ENOMEM; -ENOENT if the kernel has no such
 * function; -ESRCH if its address does not look like a function's start; or
 * what register_kprobe() refuses with.
 */
int jit_kfn_resolve(void)
{
	void *addrs[NR_KFNS];
	int err = kfn_find(addrs);

	if (err)
		return err;

#define KFN(name) {							\
		typeof(name) *func = addrs[KFN_##name];			\
									\
		static_call_update(jit_##name, func);			\
	}
	JIT_KFN_LIST(KFN)
#undef KFN

	return 0;
}

struct execmem_symbols {
	unsigned long addr[2];
	unsigned int nr;
};

static int execmem_symbol(void *data, unsigned long addr)
{
	struct execmem_symbols *syms = data;

	if (syms->nr == ARRAY_SIZE(syms->addr))
		return -E2BIG;
	syms->addr[syms->nr++] = addr;
	return 0;
}

/**
 * jit_kfn_execmem_info() - find the kernel's own table of ranges
 * @info: filled with a copy of the table
 *
 * Two objects are called execmem_info: a pointer, and what it points to. The
 * one whose value is the other's address is the pointer.
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOENT if the kernel has no such table, or -EFAULT if it cannot
 * be read.
 */
int jit_kfn_execmem_info(struct execmem_info *info)
{
	struct execmem_symbols syms = {};
	int i;

	if (jit_kfn_kallsyms_on_each_match_symbol(execmem_symbol,
						  "execmem_info", &syms) ||
	    syms.nr != ARRAY_SIZE(syms.addr))
		return -ENOENT;

	for (i = 0; i < ARRAY_SIZE(syms.addr); i++) {
		unsigned long table = syms.addr[!i];
		unsigned long value;

		if (copy_from_kernel_nofault(&value, (void *)syms.addr[i],
					     sizeof(value)))
			return -EFAULT;
		if (value == table)
			return copy_from_kernel_nofault(info, (void *)table,
							sizeof(*info));
	}

	return -ENOENT;
}
