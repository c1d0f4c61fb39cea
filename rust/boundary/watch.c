// SPDX-License-Identifier: GPL-2.0
/*
 * When blocks are allocated, and how long it takes, as long as somebody watches.
 *
 * The watcher is a probe on the module's own tracepoints. So allocations and
 * writes are what they were while nobody watches, to the instruction.
 */
#include <linux/cleanup.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/tracepoint.h>

#include "boundary/trace.h"
#include "boundary/watch.h"
#include "sys/fault.h"

static DEFINE_MUTEX(lock);
static bool is_watching;	/* under the lock */
static u64 began_ns;		/* changes while nobody watches */

static u64 elapsed_ms(void)
{
	return div_u64(ktime_get_mono_fast_ns() - began_ns, NSEC_PER_MSEC);
}

static void watch_alloc(void *data, unsigned long caller, unsigned int type,
			size_t size, const void *buf, bool is_text, u64 ns)
{
	/* For what is read under RCU */
	preempt_disable();
	jit_rust_watched_alloc(buf, elapsed_ms(), ns);
	preempt_enable();
}

static void watch_update(void *data, unsigned long caller, const void *dst,
			 size_t len, int err, u64 ns)
{
	jit_rust_watched_update(ns);
}

static int begin(void)
{
	int err;

	jit_rust_watch_begin();
	began_ns = ktime_get_mono_fast_ns();
	err = jit_fault(watch_alloc, -ENOMEM,
			register_trace_jit_alloc(watch_alloc, NULL));
	if (err)
		return err;
	err = jit_fault(watch_update, -ENOMEM,
			register_trace_jit_update(watch_update, NULL));
	if (err)
		unregister_trace_jit_alloc(watch_alloc, NULL);
	return err;
}

static void end(void)
{
	unregister_trace_jit_update(watch_update, NULL);
	unregister_trace_jit_alloc(watch_alloc, NULL);
}

/**
 * jit_watch_set() - begin to watch, or end
 * @is_on: which of them; nothing happens if it is so already
 *
 * Context: Process context. Sleeps.
 * Return: 0 or a negative errno.
 */
int jit_watch_set(bool is_on)
{
	int err = 0;

	guard(mutex)(&lock);
	if (is_on == is_watching)
		return 0;
	if (is_on)
		err = begin();
	else
		end();
	is_watching = is_on && !err;
	/* What a watcher notes late would be noted of the next watch. */
	if (!is_watching)
		tracepoint_synchronize_unregister();
	return err;
}

/**
 * jit_watch_elapsed_ms() - for how long somebody has watched
 *
 * Context: Process context. May sleep.
 * Return: milliseconds; -1 if nobody watches.
 */
long long jit_watch_elapsed_ms(void)
{
	guard(mutex)(&lock);
	return is_watching ? elapsed_ms() : -1;
}
