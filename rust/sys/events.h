/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints that Rust fires; boundary/trace.c.
 */
#ifndef _JITALLOC_EVENTS_H
#define _JITALLOC_EVENTS_H

#include <linux/types.h>

void jit_trace_grow(unsigned long start, size_t bytes, bool is_text, u64 ns);
void jit_trace_shrink(unsigned long start, size_t bytes, bool is_text);
void jit_trace_reclaim(size_t blocks, size_t bytes, u64 grace_ns, u64 ns);

#endif /* _JITALLOC_EVENTS_H */
