/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: what is allocated, freed and written, and what the allocator does
 * with its memory.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM jitalloc

#if !defined(_JITALLOC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _JITALLOC_TRACE_H

#include <linux/jitalloc.h>
#include <linux/tracepoint.h>

TRACE_DEFINE_ENUM(JIT_MODULES_TEXT);
TRACE_DEFINE_ENUM(JIT_MODULES_DATA);
TRACE_DEFINE_ENUM(JIT_KPROBES);
TRACE_DEFINE_ENUM(JIT_FTRACE);
TRACE_DEFINE_ENUM(JIT_BPF);

#define show_jit_type(type) __print_symbolic(type,	\
	{ JIT_MODULES_TEXT,	"modules_text" },	\
	{ JIT_MODULES_DATA,	"modules_data" },	\
	{ JIT_KPROBES,		"kprobes" },		\
	{ JIT_FTRACE,		"ftrace" },		\
	{ JIT_BPF,		"bpf" })

/* An allocation, or one that failed: its address is 0 then. */
TRACE_EVENT(jit_alloc,
	TP_PROTO(unsigned long caller, unsigned int type, size_t size,
		 const void *buf, bool is_text, u64 ns),
	TP_ARGS(caller, type, size, buf, is_text, ns),
	TP_STRUCT__entry(
		__field(unsigned long, caller)
		__field(unsigned long, address)
		__field(size_t, size)
		__field(u64, ns)
		__field(unsigned int, type)
		__field(bool, is_text)
	),
	TP_fast_assign(
		__entry->caller = caller;
		__entry->address = (unsigned long)buf;
		__entry->size = size;
		__entry->ns = ns;
		__entry->type = type;
		__entry->is_text = is_text;
	),
	TP_printk("caller=%pS type=%s pool=%s size=%zu address=0x%lx ns=%llu",
		  (void *)__entry->caller, show_jit_type(__entry->type),
		  __entry->is_text ? "text" : "data", __entry->size,
		  __entry->address, __entry->ns)
);

/* A free of a live allocation. */
TRACE_EVENT(jit_free,
	TP_PROTO(unsigned long caller, unsigned int type, size_t size,
		 const void *buf, bool is_text),
	TP_ARGS(caller, type, size, buf, is_text),
	TP_STRUCT__entry(
		__field(unsigned long, caller)
		__field(unsigned long, address)
		__field(size_t, size)
		__field(unsigned int, type)
		__field(bool, is_text)
	),
	TP_fast_assign(
		__entry->caller = caller;
		__entry->address = (unsigned long)buf;
		__entry->size = size;
		__entry->type = type;
		__entry->is_text = is_text;
	),
	TP_printk("caller=%pS type=%s pool=%s size=%zu address=0x%lx",
		  (void *)__entry->caller, show_jit_type(__entry->type),
		  __entry->is_text ? "text" : "data", __entry->size,
		  __entry->address)
);

/* A write of text, with what it returned. */
TRACE_EVENT(jit_update,
	TP_PROTO(unsigned long caller, const void *dst, size_t len, int err,
		 u64 ns),
	TP_ARGS(caller, dst, len, err, ns),
	TP_STRUCT__entry(
		__field(unsigned long, caller)
		__field(unsigned long, address)
		__field(size_t, size)
		__field(u64, ns)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->caller = caller;
		__entry->address = (unsigned long)dst;
		__entry->size = len;
		__entry->ns = ns;
		__entry->err = err;
	),
	TP_printk("caller=%pS address=0x%lx size=%zu err=%d ns=%llu",
		  (void *)__entry->caller, __entry->address, __entry->size,
		  __entry->err, __entry->ns)
);

/* A pack that was added to a pool, and how long it took to make. */
TRACE_EVENT(jit_grow,
	TP_PROTO(unsigned long start, size_t bytes, bool is_text, u64 ns),
	TP_ARGS(start, bytes, is_text, ns),
	TP_STRUCT__entry(
		__field(unsigned long, address)
		__field(size_t, bytes)
		__field(u64, ns)
		__field(bool, is_text)
	),
	TP_fast_assign(
		__entry->address = start;
		__entry->bytes = bytes;
		__entry->ns = ns;
		__entry->is_text = is_text;
	),
	TP_printk("pool=%s address=0x%lx bytes=%zu ns=%llu",
		  __entry->is_text ? "text" : "data", __entry->address,
		  __entry->bytes, __entry->ns)
);

/* A pack that is given back. */
TRACE_EVENT(jit_shrink,
	TP_PROTO(unsigned long start, size_t bytes, bool is_text),
	TP_ARGS(start, bytes, is_text),
	TP_STRUCT__entry(
		__field(unsigned long, address)
		__field(size_t, bytes)
		__field(bool, is_text)
	),
	TP_fast_assign(
		__entry->address = start;
		__entry->bytes = bytes;
		__entry->is_text = is_text;
	),
	TP_printk("pool=%s address=0x%lx bytes=%zu",
		  __entry->is_text ? "text" : "data", __entry->address,
		  __entry->bytes)
);

/* A round of the worker that waited for a grace period. */
TRACE_EVENT(jit_reclaim,
	TP_PROTO(size_t blocks, size_t bytes, u64 grace_ns, u64 ns),
	TP_ARGS(blocks, bytes, grace_ns, ns),
	TP_STRUCT__entry(
		__field(size_t, blocks)
		__field(size_t, bytes)
		__field(u64, grace_ns)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->blocks = blocks;
		__entry->bytes = bytes;
		__entry->grace_ns = grace_ns;
		__entry->ns = ns;
	),
	TP_printk("blocks=%zu bytes=%zu grace_ns=%llu ns=%llu",
		  __entry->blocks, __entry->bytes, __entry->grace_ns,
		  __entry->ns)
);

#endif /* _JITALLOC_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH boundary
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
