// SPDX-License-Identifier: GPL-2.0
/*
 * Text is written by the kernel's own poke, in the way that BPF writes its own.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/kallsyms.h>
#include <linux/rcupdate_trace.h>
#include <linux/set_memory.h>

#include "kfn_call.h"
#include "sys/fault.h"
#include "sys/kfn.h"

DEFINE_KFN(set_memory_rox);

int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	int half = DIV_ROUND_UP(numpages, 2);

	return jit_fault(set_memory, -ENOMEM,
			 jit_fault(set_memory_half,
				   kfn_call(set_memory_rox)(addr, half) ?: -ENOMEM,
				   kfn_call(set_memory_rox)(addr, numpages)));
}

DEFINE_KFN(bpf_arch_text_copy);

void *jit_kfn_bpf_arch_text_copy(void *dst, void *src, size_t len)
{
	return kfn_call(bpf_arch_text_copy)(dst, src, len);
}

/**
 * jit_writer_lock() - keep what is found from going away
 *
 * Context: Process context. May sleep until jit_writer_unlock().
 */
void jit_writer_lock(void)
{
	rcu_read_lock_trace();
}

/**
 * jit_writer_unlock() - undo jit_writer_lock()
 */
void jit_writer_unlock(void)
{
	rcu_read_unlock_trace();
}

/**
 * jit_writer_copy() - write text
 * @dst: where
 * @src: kernel memory
 * @len: bytes
 *
 * Context: Process context. May sleep.
 * Return: 0, or what the kernel's poke returns.
 */
int jit_writer_copy(void *dst, const void *src, size_t len)
{
	void *ret = jit_kfn_bpf_arch_text_copy(dst, (void *)src, len);

	return PTR_ERR_OR_ZERO(ret);
}
