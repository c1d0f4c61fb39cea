// SPDX-License-Identifier: GPL-2.0
/*
 * The public functions that write text.
 */
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "boundary/boundary.h"
#include "boundary/may_sleep.h"
#include "boundary/trace.h"
#include "port.h"

/* Of a caller that is looked at only where it is to blame. */
#define update(dst, caller, ...) ({					\
	unsigned long flags;						\
	int err;							\
									\
	if (unlikely(!jit_port_may_write())) {				\
		err = jit_rust_update_refused(dst, caller, in_nmi());	\
	} else {							\
		flags = jit_port_write_begin();				\
		err = __VA_ARGS__;					\
		jit_port_write_end(flags);				\
	}								\
	err;								\
})

#define traced_update(dst, len, caller, ...) ({				\
	u64 began = ktime_get_mono_fast_ns();				\
	int traced_err = update(dst, caller, __VA_ARGS__);		\
									\
	trace_jit_update(caller, dst, len, traced_err,			\
			 ktime_get_mono_fast_ns() - began);		\
	traced_err;							\
})

static noinline int traced_update_copy(void *dst, const void *src, size_t len,
				       unsigned long caller)
{
	return traced_update(dst, len, caller,
			     jit_rust_update_copy(dst, src, len, flags));
}

static noinline int traced_update_set(void *dst, u8 byte, size_t len,
				      unsigned long caller)
{
	return traced_update(dst, len, caller,
			     jit_rust_update_set(dst, byte, len, flags));
}

/**
 * jit_update_copy() - write text
 * @dst: where in an allocation of text to begin
 * @src: what to write
 * @len: bytes
 *
 * When it returns, every CPU fetches the new bytes. The write as a whole is
 * not atomic: a CPU that executes [@dst, @dst + @len) meanwhile may see part
 * of it. A @len of 0 writes nothing, and is checked like any other. @src is memory
 * of the kernel: user space is not there while text is written.
 *
 * Context: Any but NMI, and but what runs while a CPU switches from one address
 * space to another, as a probe of the tracepoint tlb_flush does: nothing tells
 * that, and the kernel would go on with the wrong one. Interrupts are off during
 * the write, but on from time to time if it is long and they were before. Where
 * the architecture asks other CPUs to synchronise, only by tasks with interrupts
 * on, and with no lock held that another CPU takes with interrupts off. From
 * NMI, and from where it may not be called, warns with the caller's name.
 * Return: 0, or a negative errno, and then nothing was written: -EINVAL if
 * @dst or @src is %NULL; -EFAULT if @dst is not inside a live allocation;
 * -EACCES if it is inside data; -ERANGE if the write would cross the end of
 * the allocation; -EBUSY from a handler that a tracer has put into a write of
 * this CPU; -EWOULDBLOCK after a warning.
 */
int jit_update_copy(void *dst, const void *src, size_t len)
{
	if (trace_jit_update_enabled())
		return traced_update_copy(dst, src, len, _RET_IP_);
	return update(dst, _RET_IP_,
		      jit_rust_update_copy(dst, src, len, flags));
}
EXPORT_SYMBOL_GPL(jit_update_copy);

/**
 * jit_update_set() - fill text with a byte
 * @dst: where in an allocation of text to begin
 * @byte: what to write
 * @len: bytes
 *
 * As jit_update_copy(), with @len times @byte for a source.
 *
 * Context: As jit_update_copy().
 * Return: 0, or a negative errno of jit_update_copy().
 */
int jit_update_set(void *dst, u8 byte, size_t len)
{
	if (trace_jit_update_enabled())
		return traced_update_set(dst, byte, len, _RET_IP_);
	return update(dst, _RET_IP_,
		      jit_rust_update_set(dst, byte, len, flags));
}
EXPORT_SYMBOL_GPL(jit_update_set);

/* Each of the writes is told. */
static noinline int traced_update_batch(const struct jit_update *updates,
					size_t nr, unsigned long caller)
{
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++)
		err = traced_update_copy(updates[i].dst, updates[i].src,
					 updates[i].len, caller);
	return err;
}

/**
 * jit_update_batch() - write text in many places
 * @updates: what to write where
 * @nr: how many writes there are; with 0 nothing is written
 *
 * What costs most of a short write is done once for all of them. They are done in
 * order, as by jit_update_copy(). If one is refused, so are those behind it; those
 * before it have been written.
 *
 * Context: As jit_update_copy().
 * Return: 0, or the negative errno with which jit_update_copy() refuses the first
 * write that is not done; -EINVAL if @updates is %NULL.
 */
int jit_update_batch(const struct jit_update *updates, size_t nr)
{
	if (!updates)
		return -EINVAL;
	if (trace_jit_update_enabled())
		return traced_update_batch(updates, nr, _RET_IP_);
	return update(nr ? updates->dst : NULL, _RET_IP_,
		      jit_rust_update_batch(updates, nr, flags));
}
EXPORT_SYMBOL_GPL(jit_update_batch);

/* What the cache of this CPU does not have, what is wrong, and what is traced. */
static noinline void *dup_slowly(enum jit_type type, const void *src,
				 size_t len, unsigned long caller)
{
	u64 began = trace_jit_alloc_enabled() ? ktime_get_mono_fast_ns() : 0;
	void *buf = jit_rust_text_alloc(type, len, caller,
					raw_smp_processor_id(), may_sleep());
	int err;

	if (began)
		trace_jit_alloc(caller, type, len, buf, true,
				ktime_get_mono_fast_ns() - began);
	if (!buf)
		return NULL;
	if (trace_jit_update_enabled())
		err = traced_update_copy(buf, src, len, caller);
	else
		err = update(buf, caller,
			     jit_rust_update_copy(buf, src, len, flags));
	if (!err)
		return buf;
	jit_free(buf);
	return NULL;
}

/**
 * jit_text_dup() - allocate executable memory that has a copy of something
 * @type: who runs the code; any type but %JIT_MODULES_DATA
 * @src: the code; memory of the kernel
 * @len: bytes
 *
 * What jit_text_alloc() and jit_update_copy() do, for less than the two. It is for code
 * that runs wherever it is put, for where that will be is not known before.
 *
 * Context: As jit_text_alloc().
 * Return: the text; %NULL if @src is, and where jit_text_alloc() returns it.
 */
void *jit_text_dup(enum jit_type type, const void *src, size_t len)
{
	unsigned long flags;
	void *buf = NULL;

	if (!src)
		return NULL;
	if (!trace_jit_alloc_enabled() && !trace_jit_update_enabled() &&
	    may_sleep()) {
		flags = jit_port_write_begin();
		buf = jit_rust_text_dup(type, src, len, _RET_IP_,
					raw_smp_processor_id(), flags);
		jit_port_write_end(flags);
	}
	return buf ?: dup_slowly(type, src, len, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_text_dup);
