/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How unexported functions are called on x86.
 *
 * The kernel seals functions that it never calls through a pointer: with IBT
 * an indirect call to one of them is fatal, and so is a retpoline. They are
 * called through static calls, which are direct calls once patched.
 */
#ifndef _JITALLOC_KFN_CALL_H
#define _JITALLOC_KFN_CALL_H

#include <linux/static_call.h>
#include <linux/uaccess.h>
#include <asm/ibt.h>

#ifndef CONFIG_HAVE_STATIC_CALL_INLINE
#error "jitalloc reaches unexported functions through inline static calls"
#endif

/* The wrapper's prototype is held against the header's. */
#define DEFINE_KFN(name)						\
	DEFINE_STATIC_CALL_NULL(jit_##name, name);			\
	static_assert(__same_type(name, jit_kfn_##name));		\
	void jit_kfn_set_##name(void *func)				\
	{								\
		typeof(name) *to = func;				\
									\
		static_call_update(jit_##name, to);			\
	}

#define kfn_call(name)	static_call(jit_##name)

/*
 * Where the function begins on which a probe was placed at @addr: a probe goes
 * behind a landing pad, sealed or not.
 */
static inline unsigned long kfn_start(unsigned long addr)
{
#ifdef CONFIG_X86_KERNEL_IBT
	unsigned long pad = addr - ENDBR_INSN_SIZE;
	u32 insn;

	if (!get_kernel_nofault(insn, (u32 *)pad) && __is_endbr(insn))
		return pad;
#endif
	return addr;
}

#endif /* _JITALLOC_KFN_CALL_H */
