// SPDX-License-Identifier: GPL-2.0
/*
 * The public functions but those of update.c: each passes its caller's address on to
 * Rust.
 */
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "boundary/boundary.h"
#include "boundary/may_sleep.h"
#include "boundary/trace.h"

MODULE_VERSION("0.1.0");

/*
 * The functions below when they are traced. They are functions of their own, so that
 * the others are but for a jump that is patched in what they were.
 */
static noinline void *traced_alloc(enum jit_type type, size_t size,
				   unsigned long caller, bool is_text,
				   bool may_sleep)
{
	unsigned int cpu = raw_smp_processor_id();
	u64 began = ktime_get_mono_fast_ns();
	void *buf;

	if (is_text)
		buf = jit_rust_text_alloc(type, size, caller, cpu, may_sleep);
	else
		buf = jit_rust_data_alloc(type, size, caller, cpu, may_sleep);
	trace_jit_alloc(caller, type, size, buf, is_text,
			ktime_get_mono_fast_ns() - began);
	return buf;
}

/*
 * A failure is of a type that only the cache knows: it is not told. @began is 0 if
 * nobody has asked for the time.
 */
static void trace_cache_alloc(size_t size, void *buf, unsigned long caller,
			      bool is_text, u64 began)
{
	u64 ns = began ? ktime_get_mono_fast_ns() - began : 0;
	struct jit_found found = { .type = JIT_TYPE_MAX };

	if (!trace_jit_alloc_enabled())
		return;
	preempt_disable();
	jit_rust_find(buf, &found);
	preempt_enable();
	trace_jit_alloc(caller, found.type, size, buf, is_text, ns);
}

/* Before it is free, for another may have the address right after that. */
static noinline void traced_free(void *buf, unsigned long caller)
{
	struct jit_found found;

	preempt_disable();
	if (jit_rust_find(buf, &found))
		trace_jit_free(caller, found.type, found.size, buf,
			       found.is_text);
	jit_rust_free(buf, caller);
	preempt_enable();
}

/**
 * jit_alloc_arch_params() - parameters of this architecture, as loaded
 *
 * Every range is filled in and valid: nothing is inherited any more.
 *
 * Context: Any.
 * Return: the parameters, which do not change while the caller's module holds
 * its reference.
 */
const struct jit_alloc_params *jit_alloc_arch_params(void)
{
	return jit_rust_arch_params();
}
EXPORT_SYMBOL_GPL(jit_alloc_arch_params);

/**
 * jit_alloc_usage() - what the allocator holds
 * @usage: filled in
 *
 * Context: Any.
 */
void jit_alloc_usage(struct jit_alloc_usage *usage)
{
	jit_rust_usage(usage);
}
EXPORT_SYMBOL_GPL(jit_alloc_usage);

/**
 * jit_text_alloc() - allocate executable memory
 * @type: who runs the code; any type but %JIT_MODULES_DATA
 * @size: bytes
 *
 * The text is read-only, executable, aligned to %JIT_ALIGN, and full of trapping
 * instructions. Others may have the text before and after it. Write it with jit_update_copy() and
 * jit_update_set(), free it with jit_free().
 *
 * Code that is entered through a pointer must begin with a landing pad, where the
 * kernel has indirect branch tracking, and must return as the kernel's
 * mitigations need.
 *
 * Context: Process context. May sleep; where there is no memory, no address or
 * nothing of the limit left, for a grace period, but not while CPUs are being
 * added or removed. From any other context, and for an unknown type or one that
 * is data, warns with the caller's name.
 * Return: the text; %NULL if @size is 0 or does not fit the range, if there is
 * no memory or no address space left, if the module's limit is reached, or
 * after a warning.
 */
void *jit_text_alloc(enum jit_type type, size_t size)
{
	if (trace_jit_alloc_enabled())
		return traced_alloc(type, size, _RET_IP_, true, may_sleep());
	return jit_rust_text_alloc(type, size, _RET_IP_, raw_smp_processor_id(),
				  may_sleep());
}
EXPORT_SYMBOL_GPL(jit_text_alloc);

/**
 * jit_data_alloc() - allocate memory that text of a type can reach
 * @type: whose text must reach the data
 * @size: bytes
 *
 * The data is writable, never executable, and full of zeroes. For a type of
 * text it lies in the range of that text. Free it with jit_free().
 *
 * Context: Process context. May sleep. From any other context, and for an
 * unknown type, warns with the caller's name.
 * Return: the data; %NULL if @size is 0 or does not fit the range, if there is
 * no memory or no address space left, if the module's limit is reached, or
 * after a warning.
 */
void *jit_data_alloc(enum jit_type type, size_t size)
{
	if (trace_jit_alloc_enabled())
		return traced_alloc(type, size, _RET_IP_, false, may_sleep());
	return jit_rust_data_alloc(type, size, _RET_IP_, raw_smp_processor_id(),
				  may_sleep());
}
EXPORT_SYMBOL_GPL(jit_data_alloc);

/**
 * jit_free() - free text or data
 * @buf: what jit_text_alloc() or jit_data_alloc() returned, or %NULL
 *
 * A CPU or a preempted task may still be in the text: its memory is reclaimed
 * only after a grace period in which all of them have left, provided that
 * it is not entered any more. It can't be updated from now on.
 *
 * A task that sleeps in a function which the text has called is waited for only
 * if it has run the text in a read-side critical section of RCU tasks trace
 * (rcu_read_lock_trace() and rcu_read_unlock_trace()), as sleepable BPF programs
 * are run. Without that the text must not sleep, nor call what may sleep.
 *
 * A pointer that is not the start of a live allocation is ignored, with a
 * warning that names the caller and, if there is one, the owner.
 *
 * Context: Any, NMI included. Does not sleep.
 */
void jit_free(void *buf)
{
	if (trace_jit_free_enabled()) {
		traced_free(buf, _RET_IP_);
		return;
	}
	/* For what is read under RCU */
	preempt_disable();
	jit_rust_free(buf, _RET_IP_);
	preempt_enable();
}
EXPORT_SYMBOL_GPL(jit_free);

/**
 * jit_free_barrier() - wait until freed memory has been taken back
 *
 * Waits for all that was passed to jit_free() before, for at least one grace
 * period if there was anything. That takes long: call it once, not for each
 * free.
 *
 * Context: Process context. Sleeps. From any other context, warns with the
 * caller's name and does nothing. Not from a CPU hotplug callback, nor with
 * cpus_read_lock() held: the grace period takes that lock itself. Where hotplug
 * goes on for ten seconds, a line in the log names the caller.
 */
void jit_free_barrier(void)
{
	jit_rust_free_barrier(_RET_IP_, may_sleep());
}
EXPORT_SYMBOL_GPL(jit_free_barrier);

/**
 * jit_cache_create() - have memory of one's own
 * @type: who runs the code
 *
 * Allocations of the cache share memory with each other and with no others,
 * and are freed together by jit_cache_destroy(); each may also be freed by
 * jit_free() before that. There are no caches of CPUs in front of it, so an
 * allocation costs more than one of jit_text_alloc().
 *
 * Context: Process context. May sleep. From any other context, and for an
 * unknown type, warns with the caller's name.
 * Return: the cache; %NULL if there is no memory, or after a warning.
 */
struct jit_cache *jit_cache_create(enum jit_type type)
{
	return jit_rust_cache_create(type, _RET_IP_, may_sleep());
}
EXPORT_SYMBOL_GPL(jit_cache_create);

/**
 * jit_cache_text_alloc() - allocate executable memory of a cache
 * @cache: what jit_cache_create() returned for a type of text
 * @size: bytes
 *
 * As jit_text_alloc().
 *
 * Context: Process context. May sleep. From any other context, and for a cache
 * whose type is data, warns with the caller's name.
 * Return: the text; %NULL if @cache is, and where jit_text_alloc() returns it.
 */
void *jit_cache_text_alloc(struct jit_cache *cache, size_t size)
{
	u64 began = trace_jit_alloc_enabled() ? ktime_get_mono_fast_ns() : 0;
	void *buf = jit_rust_cache_text_alloc(cache, size, _RET_IP_,
					      may_sleep());

	trace_cache_alloc(size, buf, _RET_IP_, true, began);
	return buf;
}
EXPORT_SYMBOL_GPL(jit_cache_text_alloc);

/**
 * jit_cache_data_alloc() - allocate data of a cache
 * @cache: what jit_cache_create() returned
 * @size: bytes
 *
 * As jit_data_alloc().
 *
 * Context: Process context. May sleep. From any other context, warns with the
 * caller's name.
 * Return: the data; %NULL if @cache is, and where jit_data_alloc() returns it.
 */
void *jit_cache_data_alloc(struct jit_cache *cache, size_t size)
{
	u64 began = trace_jit_alloc_enabled() ? ktime_get_mono_fast_ns() : 0;
	void *buf = jit_rust_cache_data_alloc(cache, size, _RET_IP_,
					      may_sleep());

	trace_cache_alloc(size, buf, _RET_IP_, false, began);
	return buf;
}
EXPORT_SYMBOL_GPL(jit_cache_data_alloc);

/**
 * jit_cache_destroy() - free a cache and all that was allocated from it
 * @cache: what jit_cache_create() returned, or %NULL
 *
 * A CPU or a preempted task may still be in the text, or asleep where the text
 * may sleep, as with jit_free(). The memory goes back to the kernel after a grace
 * period; jit_free_barrier() waits for that.
 *
 * Context: Process context. May sleep, but not for the grace period. From any
 * other context, warns with the caller's name and does nothing.
 */
void jit_cache_destroy(struct jit_cache *cache)
{
	jit_rust_cache_destroy(cache, _RET_IP_, may_sleep());
}
EXPORT_SYMBOL_GPL(jit_cache_destroy);
