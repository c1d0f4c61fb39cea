// SPDX-License-Identifier: GPL-2.0
/*
 * Macros and inline functions of the kernel, as functions that Rust can call.
 */
#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/execmem.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <asm/cpufeature.h>

#include "helpers.h"
#include "kfn.h"

#if (defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)) && \
	!defined(CONFIG_KASAN_VMALLOC)
#error "jitalloc cannot make KASAN shadow for its ranges: enable CONFIG_KASAN_VMALLOC"
#endif

/* Since this version BPF takes its text from the cache, too. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#define HAS_BPF_ROX true
#else
#define HAS_BPF_ROX false
#endif

/**
 * jit_helper_layout() - collect what only the running kernel knows
 * @layout: filled in
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: 0, or a negative errno of jit_kfn_execmem_info().
 */
int jit_helper_layout(struct jit_layout *layout)
{
	struct execmem_info *info __free(kfree) = kzalloc_obj(*info);
	int err;

	if (!info)
		return -ENOMEM;
	err = jit_kfn_execmem_info(info);
	if (err)
		return err;

	*layout = (struct jit_layout) {
		.page_size = PAGE_SIZE,
		.kernel_start = PAGE_OFFSET,
		.vmalloc_start = VMALLOC_START,
		/* x86's is the last address, not the one after it. */
		.vmalloc_end = PAGE_ALIGN(VMALLOC_END),
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		/* Drawn once at boot and kept nowhere else. */
		.modules_offset = info->ranges[EXECMEM_MODULE_TEXT].start -
				  MODULES_VADDR,
		.modules_align = MODULE_ALIGN,
		.has_rox_cache = IS_ENABLED(CONFIG_ARCH_HAS_EXECMEM_ROX) &&
				 cpu_feature_enabled(X86_FEATURE_PSE),
		.has_bpf_rox = HAS_BPF_ROX,
	};
	return 0;
}

/**
 * jit_helper_pgprot() - protection bits of this kernel
 * @prot: which protection
 *
 * Return: the bits.
 */
pgprot_t jit_helper_pgprot(enum jit_prot prot)
{
	switch (prot) {
	case JIT_PROT_KERNEL_ROX:
		return PAGE_KERNEL_ROX;
	case JIT_PROT_KERNEL_EXEC:
		return PAGE_KERNEL_EXEC;
	case JIT_PROT_KERNEL:
		break;
	}
	return PAGE_KERNEL;
}

/**
 * jit_helper_vmalloc_range() - allocate writable pages in an address range
 * @size: bytes, a multiple of the page size
 * @align: bytes, a power of two
 * @start: first address of the range
 * @end: first address after the range
 *
 * vfree() of the result gives the pages their permissions in the direct map
 * back. A failure is the caller's to report.
 *
 * Context: Process context. May sleep.
 * Return: the address, or %NULL.
 */
void *jit_helper_vmalloc_range(unsigned long size, unsigned long align,
			       unsigned long start, unsigned long end)
{
	/* Too much is a caller's mistake: no reason to kill somebody else. */
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL;

	return jit_kfn___vmalloc_node_range_noprof(size, align, start, end, gfp,
						   PAGE_KERNEL,
						   VM_FLUSH_RESET_PERMS,
						   NUMA_NO_NODE,
						   __builtin_return_address(0));
}

/**
 * jit_helper_vfree() - vfree()
 * @addr: what jit_helper_vmalloc_range() returned
 *
 * Context: Process context. May sleep.
 */
void jit_helper_vfree(void *addr)
{
	vfree(addr);
}

/**
 * jit_helper_totalram() - size of the machine's memory
 *
 * Return: bytes.
 */
unsigned long jit_helper_totalram(void)
{
	return totalram_pages() << PAGE_SHIFT;
}

/**
 * jit_helper_may_sleep() - whether the caller may sleep
 *
 * Without CONFIG_PREEMPT_COUNT a held spinlock cannot be seen.
 *
 * Return: %true in process context with interrupts and preemption on.
 */
bool jit_helper_may_sleep(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		return preemptible();
	return !in_interrupt() && !irqs_disabled();
}

/**
 * jit_helper_warn() - report a caller's mistake
 * @what: the mistake
 * @ptr: the pointer that it is about, or %NULL
 * @caller: return address of who made it
 * @owner: return address of who allocated the memory, or 0 if nobody did
 */
void jit_helper_warn(const char *what, const void *ptr, unsigned long caller,
		     unsigned long owner)
{
	if (owner)
		WARN(1, "jitalloc: %pS: %s: %p, allocated by %pS\n",
		     (void *)caller, what, ptr, (void *)owner);
	else
		WARN(1, "jitalloc: %pS: %s: %p\n", (void *)caller, what, ptr);
}

/**
 * jit_helper_llist_add() - llist_add()
 * @node: new first entry
 * @head: list
 *
 * Context: Any.
 * Return: %true if the list was empty.
 */
bool jit_helper_llist_add(struct llist_node *node, struct llist_head *head)
{
	return llist_add(node, head);
}

/**
 * jit_helper_llist_del_all() - llist_del_all()
 * @head: list
 *
 * Context: Any.
 * Return: what was in the list, newest first.
 */
struct llist_node *jit_helper_llist_del_all(struct llist_head *head)
{
	return llist_del_all(head);
}
