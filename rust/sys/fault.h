/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points at which a build for tests (JITALLOC_FAULTS=y) makes a step fail that
 * can fail; see fault.c. In any other build nothing is left of them.
 */
#ifndef _JITALLOC_FAULT_H
#define _JITALLOC_FAULT_H

#include <linux/types.h>

#include "port.h"

/* The points that every architecture has */
#define JIT_COMMON_FAULT_LIST(POINT)		\
	POINT(lockdown)				\
	POINT(resolve_probes)			\
	POINT(resolve_probe)			\
	POINT(resolve_name)			\
	POINT(lookup)				\
	POINT(read_kernel)			\
	POINT(params)				\
	POINT(vec)				\
	POINT(budget)				\
	POINT(writer)				\
	POINT(backing)				\
	POINT(cpu_cache)			\
	POINT(pool)				\
	POINT(allocator)			\
	POINT(published)			\
	POINT(debugfs_dir)			\
	POINT(debugfs_file)			\
	POINT(debugfs_open)			\
	POINT(watch_alloc)			\
	POINT(watch_update)			\
	POINT(owners_node)			\
	POINT(shrinker)				\
	POINT(owners)				\
	POINT(charge)				\
	POINT(execmem)				\
	POINT(execmem_area)			\
	POINT(vmalloc)				\
	POINT(pack)				\
	POINT(predictors)			\
	POINT(registry_span)			\
	POINT(registry_table)			\
	POINT(cache)				\
	POINT(name_text)			\
	POINT(name_node)			\
	POINT(symbol)				\
	POINT(symbol_extable)			\
	POINT(extable)				\
	POINT(hotplug)

/* All of them, in the order of their numbers */
#define JIT_FAULT_LIST(POINT)			\
	JIT_COMMON_FAULT_LIST(POINT)		\
	JIT_PORT_FAULT_LIST(POINT)

enum jit_fault {
#define POINT(name) JIT_FAULT_##name,
	JIT_FAULT_LIST(POINT)
#undef POINT
	NR_JIT_FAULTS
};

#ifdef JITALLOC_FAULTS
bool jit_fault_should_fail(enum jit_fault point);
void jit_fault_create(void);
void jit_fault_remove(void);
#else
static __always_inline bool jit_fault_should_fail(enum jit_fault point)
{
	return false;
}
#endif

/*
 * What STEP is, or FAILURE without a STEP if a fault is injected at the point of
 * that NAME. point! is the same in Rust.
 */
#define jit_fault(name, failure, step)					\
	(jit_fault_should_fail(JIT_FAULT_##name) ? (failure) : (step))

#endif /* _JITALLOC_FAULT_H */
