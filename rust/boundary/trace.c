// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints, and those of them that Rust fires.
 */
#include "sys/events.h"

#define CREATE_TRACE_POINTS
#include "boundary/trace.h"

/**
 * jit_trace_grow() - a pack was added to a pool
 * @start: its first address
 * @bytes: its length
 * @is_text: whether it is of text
 * @ns: how long it took to make
 *
 * Context: Any.
 */
void jit_trace_grow(unsigned long start, size_t bytes, bool is_text, u64 ns)
{
	trace_jit_grow(start, bytes, is_text, ns);
}

/**
 * jit_trace_shrink() - a pack is given back
 * @start: its first address
 * @bytes: its length
 * @is_text: whether it is of text
 *
 * Context: Any.
 */
void jit_trace_shrink(unsigned long start, size_t bytes, bool is_text)
{
	trace_jit_shrink(start, bytes, is_text);
}

/**
 * jit_trace_reclaim() - the worker has taken freed blocks back
 * @blocks: how many
 * @bytes: their bytes
 * @grace_ns: how long the grace period was
 * @ns: how long it took in all
 *
 * Context: Any.
 */
void jit_trace_reclaim(size_t blocks, size_t bytes, u64 grace_ns, u64 ns)
{
	trace_jit_reclaim(blocks, bytes, grace_ns, ns);
}
