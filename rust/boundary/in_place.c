// SPDX-License-Identifier: GPL-2.0
/*
 * The public functions for text that its owner writes in place.
 */
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/ktime.h>

#include "boundary/boundary.h"
#include "boundary/may_sleep.h"
#include "boundary/trace.h"
#include "port.h"

/**
 * jit_text_alloc_rw() - allocate memory that becomes text once it is written
 * @type: who runs the code; any type but %JIT_MODULES_DATA
 * @size: bytes
 *
 * For code that is written, or relocated, at the address where it will run. The memory is
 * of whole pages that nobody else has. It is writable and not executable, and full of
 * trapping instructions, until jit_text_restore_rox() makes it text; it is never both, and
 * never becomes writable again. What is written by a pointer until then may be changed by
 * jit_update_copy() from then on. Free it with jit_free(), text or not.
 *
 * It costs what jit_text_alloc() is there to save: pages for each allocation, large ones only
 * from the size of such a page on, and a change of permissions, which every CPU has to
 * be told. Where code can be written elsewhere first, use jit_text_alloc().
 *
 * Context: Process context. May sleep, as jit_text_alloc(). From any other context, and
 * for an unknown type or one that is data, warns with the caller's name.
 * Return: the memory, at the beginning of a page; %NULL where jit_text_alloc() returns it.
 */
void *jit_text_alloc_rw(enum jit_type type, size_t size)
{
	u64 began = trace_jit_alloc_enabled() ? ktime_get_mono_fast_ns() : 0;
	void *buf = jit_rust_text_alloc_rw(type, size, _RET_IP_, may_sleep());

	if (began)
		trace_jit_alloc(_RET_IP_, type, size, buf, true,
				ktime_get_mono_fast_ns() - began);
	return buf;
}
EXPORT_SYMBOL_GPL(jit_text_alloc_rw);

/**
 * jit_text_restore_rox() - make text of what was written in place
 * @buf: what jit_text_alloc_rw() returned
 *
 * Nobody writes to it any more when this is called. When it returns, the text is read-only
 * and executable, and every CPU fetches what was written.
 *
 * Context: Process context. May sleep. From any other context, warns with the caller's
 * name.
 * Return: 0, or a negative errno: -EINVAL if @buf is %NULL; -EFAULT if no live allocation
 * begins there; -EACCES if it is data, or text already; -EBUSY if another task is about to
 * make it text; -EWOULDBLOCK after a warning; -ENOMEM, and others of the kernel, and then it
 * is not text, may not be writable any more either, and is freed, or tried again.
 */
int jit_text_restore_rox(void *buf)
{
	int err = jit_rust_text_restore_rox(buf, _RET_IP_, may_sleep());

	/* As after any write: other CPUs synchronise, where they have to be asked to. */
	if (!err)
		jit_port_write_end(jit_port_write_begin());
	return err;
}
EXPORT_SYMBOL_GPL(jit_text_restore_rox);
