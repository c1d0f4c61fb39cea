// SPDX-License-Identifier: GPL-2.0
/*
 * Macros and inline functions of the kernel, as functions that Rust can call.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate_trace.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "boundary/boundary.h"
#include "sys/fault.h"
#include "sys/helpers.h"
#include "sys/kfn.h"

#if (defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)) && \
	!defined(CONFIG_KASAN_VMALLOC)
#error "jitalloc cannot make KASAN shadow for its ranges: enable CONFIG_KASAN_VMALLOC"
#endif

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
		return JIT_PORT_PAGE_KERNEL_ROX;
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
 * @is_text: whether the permissions of the pages will be changed
 * @is_large: whether large pages may map it
 *
 * Large pages map what consists of them, if there are any. vfree() of text
 * gives the pages their permissions in the direct map back. A failure is the
 * caller's to report.
 *
 * Context: Process context. May sleep.
 * Return: the address, or %NULL.
 */
void *jit_helper_vmalloc_range(unsigned long size, unsigned long align,
			       unsigned long start, unsigned long end,
			       bool is_text, bool is_large)
{
	/* Too much is a caller's mistake: no reason to kill another task. */
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL;
	unsigned long flags = 0;
	void *addr;

	if (is_text) {
		gfp |= JIT_PORT_TEXT_GFP;
		flags |= VM_FLUSH_RESET_PERMS;
	}

	/* Of any other size, what lies behind it would be mapped, too. */
	if (is_large && IS_ALIGNED(size, PMD_SIZE))
		flags |= VM_ALLOW_HUGE_VMAP;
	addr = jit_fault(vmalloc, NULL,
			 jit_kfn___vmalloc_node_range_noprof(size, align, start, end, gfp,
							     PAGE_KERNEL, flags,
							     NUMA_NO_NODE,
							     __builtin_return_address(0)));
	if (addr && is_text)
		jit_port_prepare_text(addr);
	return addr;
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
 * jit_helper_execmem_alloc() - take text from the kernel's own cache
 * @size: bytes, a multiple of the page size
 *
 * It is part of a large page, read-only, executable, and full of traps, if the
 * kernel has such a cache.
 *
 * Context: Process context. May sleep.
 * Return: the address, or %NULL.
 */
void *jit_helper_execmem_alloc(unsigned long size)
{
	return jit_fault(execmem, NULL,
			 jit_kfn_execmem_alloc(EXECMEM_MODULE_TEXT, size));
}

/**
 * jit_helper_execmem_is_large() - whether text of the kernel's cache can go back
 * @addr: what jit_helper_execmem_alloc() returned
 *
 * The cache gives an area back to the kernel once all of it is free, but only
 * if it is of large pages. When it has no room for such a one, it makes areas of
 * just the size that is asked for, and keeps them forever.
 *
 * Context: Process context. May sleep.
 * Return: whether it is part of an area that will be given back.
 */
bool jit_helper_execmem_is_large(const void *addr)
{
	const struct vm_struct *area = jit_fault(execmem_area, NULL,
						 jit_kfn_find_vm_area(addr));

	return area && IS_ALIGNED((unsigned long)area->addr, PMD_SIZE) &&
	       IS_ALIGNED(get_vm_area_size(area), PMD_SIZE);
}

/**
 * jit_helper_execmem_free() - give text back to the kernel's own cache
 * @addr: what jit_helper_execmem_alloc() returned
 *
 * Context: Process context. May sleep.
 */
void jit_helper_execmem_free(void *addr)
{
	jit_kfn_execmem_free(addr);
}

/**
 * jit_helper_synchronize_rcu_tasks() - synchronize_rcu_tasks()
 *
 * Where no task is preempted in the kernel, it is another name of
 * synchronize_rcu().
 *
 * Context: Process context. Sleeps.
 */
void jit_helper_synchronize_rcu_tasks(void)
{
	synchronize_rcu_tasks();
}

/**
 * jit_helper_synchronize_rcu_tasks_trace() - synchronize_rcu_tasks_trace()
 *
 * Context: Process context. Sleeps.
 */
void jit_helper_synchronize_rcu_tasks_trace(void)
{
	synchronize_rcu_tasks_trace();
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
 * jit_helper_irq_save() - local_irq_save()
 *
 * Return: for jit_helper_irq_restore().
 */
unsigned long jit_helper_irq_save(void)
{
	unsigned long flags;

	local_irq_save(flags);
	return flags;
}

/**
 * jit_helper_irq_restore() - local_irq_restore()
 * @flags: what jit_helper_irq_save() returned
 */
void jit_helper_irq_restore(unsigned long flags)
{
	local_irq_restore(flags);
}

/**
 * jit_helper_cond_resched() - let others run, and a grace period of RCU tasks
 *
 * cond_resched() does neither on a kernel that preempts itself, and there RCU
 * tasks waits for each task that was preempted to switch by itself, or to say
 * this: without it, a long run of the worker holds up whoever takes a probe or
 * a trampoline away.
 *
 * Context: Process context. May sleep.
 */
void jit_helper_cond_resched(void)
{
	cond_resched_tasks_rcu_qs();
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
 * jit_helper_warn_hotplug() - report that CPU hotplug keeps a caller waiting
 * @caller: return address of the public function
 */
void jit_helper_warn_hotplug(unsigned long caller)
{
	pr_warn("%pS waits for a grace period while CPUs are added or removed; a hotplug callback must not\n",
		(void *)caller);
}

/**
 * jit_helper_warn_owner_limit() - report that a module has all that it may have
 * @caller: return address of the public function
 * @size: how many bytes it does not get
 * @has: how many it has
 * @limit: how many it may have
 */
void jit_helper_warn_owner_limit(unsigned long caller, unsigned long size,
				 unsigned long has, unsigned long limit)
{
	pr_warn_ratelimited("%pS is refused %lu bytes: its module has %lu, and owner_limit=%lu\n",
			    (void *)caller, size, has, limit);
}

static DEFINE_PER_CPU(struct jit_tally, tallies[JIT_EVENT_MAX][JIT_TYPE_MAX]);

/**
 * jit_helper_tally_add() - count an event
 * @nr: what has happened, an enum jit_event, times %JIT_TYPE_MAX, and the type
 *	of what it has happened to
 * @bytes: of what size
 *
 * Context: Any.
 */
void jit_helper_tally_add(unsigned int nr, unsigned long bytes)
{
	struct jit_tally __percpu *tally = &tallies[0][0] + nr;

	this_cpu_inc(tally->count);
	this_cpu_add(tally->bytes, bytes);
}

/**
 * jit_helper_tally() - sum up what all CPUs have counted
 * @event: what has happened
 * @type: to allocations of which type, or %JIT_TYPE_MAX for all of them
 *
 * Context: Any.
 * Return: the sums, which may be behind the events of other CPUs.
 */
struct jit_tally jit_helper_tally(enum jit_event event, enum jit_type type)
{
	struct jit_tally __percpu *tally = &tallies[0][0];
	unsigned int nr = type == JIT_TYPE_MAX ? JIT_TYPE_MAX : 1, i;
	struct jit_tally sum = {};
	int cpu;

	tally += event * JIT_TYPE_MAX + type % JIT_TYPE_MAX;
	for_each_possible_cpu(cpu) {
		const struct jit_tally *of_cpu = per_cpu_ptr(tally, cpu);

		for (i = 0; i < nr; i++, of_cpu++) {
			sum.count += READ_ONCE(of_cpu->count);
			sum.bytes += READ_ONCE(of_cpu->bytes);
		}
	}
	return sum;
}

static struct shrinker *shrinker;

static unsigned long shrink_count(struct shrinker *self,
				  struct shrink_control *sc)
{
	return jit_rust_shrink_count();
}

static unsigned long shrink_scan(struct shrinker *self,
				 struct shrink_control *sc)
{
	return jit_rust_shrink_scan();
}

/**
 * jit_helper_shrinker_register() - have the kernel ask for memory back
 *
 * From now on jit_rust_shrink_count() and jit_rust_shrink_scan() are called, in
 * any context that may sleep.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int jit_helper_shrinker_register(void)
{
	shrinker = jit_fault(shrinker, NULL, shrinker_alloc(0, "jitalloc"));
	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = shrink_count;
	shrinker->scan_objects = shrink_scan;
	shrinker_register(shrinker);
	return 0;
}

/**
 * jit_helper_shrinker_unregister() - undo jit_helper_shrinker_register()
 *
 * Context: Process context. May sleep.
 */
void jit_helper_shrinker_unregister(void)
{
	shrinker_free(shrinker);
}

static void wake(struct irq_work *work)
{
	jit_rust_woken();
}

static DEFINE_IRQ_WORK(wake_work, wake);

/**
 * jit_helper_wake() - have jit_rust_woken() called soon
 *
 * A free may come with any lock held, those of the scheduler and of workqueues
 * included, so what follows from it happens in an interrupt of its own.
 *
 * Context: Any.
 */
void jit_helper_wake(void)
{
	irq_work_queue(&wake_work);
}

/**
 * jit_helper_wake_sync() - wait until jit_rust_woken() has returned
 *
 * Context: Process context. May sleep.
 */
void jit_helper_wake_sync(void)
{
	irq_work_sync(&wake_work);
}

/**
 * jit_helper_has_pred_flush() - whether there is a barrier for branch predictors
 *
 * Context: Any. After jit_kfn_resolve().
 * Return: whether kernel and processor have one.
 */
bool jit_helper_has_pred_flush(void)
{
	return jit_kfn_has_pred_flush() && jit_port_has_pred_flush();
}

/**
 * jit_helper_pred_flush() - have the branch predictors of all CPUs forget
 *
 * Context: Process context, interrupts on. Only if jit_helper_has_pred_flush().
 */
void jit_helper_pred_flush(void)
{
	jit_port_pred_flush();
}
