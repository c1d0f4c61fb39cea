/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of an architecture of which nothing
 * is known but that BPF writes text on it.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

#include "arch/no_extable.h"
#include "arch/no_pred_flush.h"

/* Unexported functions that only this port needs; each has a wrapper here. */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(set_memory_rox)			\
	KFN(bpf_arch_text_copy)

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PORT_FAULT_LIST(POINT)		\
	POINT(resolve_start)			\
	POINT(set_memory)			\
	POINT(set_memory_half)

struct jit_layout;

void *jit_kfn_bpf_arch_text_copy(void *dst, void *src, size_t len);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);

void jit_writer_lock(void);
void jit_writer_unlock(void);
int jit_writer_copy(void *dst, const void *src, size_t len);

#ifndef __BINDGEN__
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>

/* The kernel's poke may take a mutex. */
static __always_inline bool jit_port_may_write(void)
{
	return preemptible() && !rcu_preempt_depth();
}

/* Sleepable, and nothing that it has found goes away. */
static __always_inline unsigned long jit_port_write_begin(void)
{
	rcu_read_lock_trace();
	return 0;
}

static __always_inline void jit_port_write_end(unsigned long flags)
{
	rcu_read_unlock_trace();
}

static inline void jit_port_prepare_text(const void *text)
{
}

/* Text may come from any memory: the direct map follows its permissions. */
#define JIT_PORT_TEXT_GFP		0
#define JIT_PORT_PAGE_KERNEL_ROX	PAGE_KERNEL_ROX
#endif

#endif /* _JITALLOC_PORT_H */
