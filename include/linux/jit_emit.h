/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How generated code begins, returns, and gets to other code, on the kernel that
 * runs: with the landing pads that it checks, through the thunks that its
 * mitigations use, with the hashes of kCFI, as far as branches reach.
 *
 * What is between that is the generator's own: jit_emit_put() takes it.
 *
 * Needs nothing of jitalloc, and no symbol that is not exported. Compiles in
 * user space as well, for code generators that are tested there.
 */
#ifndef _LINUX_JIT_EMIT_H
#define _LINUX_JIT_EMIT_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
#endif

/**
 * struct jit_emit - code that is being generated
 *
 * To be set up by jit_emit_init(), and only read after that. What does not fit or
 * cannot be is remembered in @err, and nothing is written any more, so that it is
 * enough to look at the end. @len goes on counting.
 *
 * @buf: where the code is written, %NULL to find out how long it will be
 * @size: room there
 * @len: how much has been written, or would have been
 * @addr: where the first byte of @buf will run, %NULL if that is not known yet
 * @err: 0, -ENOSPC if there was no room, -ERANGE if something was out of reach,
 *	-EINVAL if what was asked for makes no sense
 * @sites: what the kernel has made of branches of this module, on x86
 */
struct jit_emit {
	u8		*buf;
	size_t		size;
	size_t		len;
	const void	*addr;
	int		err;
	const u8	*sites;
};

/* No piece is longer, but for what jit_emit_put() and jit_emit_align() write. */
#define JIT_EMIT_MAX	24

/**
 * jit_emit_fail() - remember an error
 * @e: the code
 * @err: negative errno, which is only kept if it is the first
 */
static inline void jit_emit_fail(struct jit_emit *e, int err)
{
	if (!e->err)
		e->err = err;
}

/**
 * jit_emit_put() - write instructions of one's own
 * @e: the code
 * @bytes: the instructions
 * @len: their length
 */
static inline void jit_emit_put(struct jit_emit *e, const void *bytes, size_t len)
{
	if (e->buf && !e->err) {
		if (len > e->size - e->len)
			e->err = -ENOSPC;
		else
			memcpy(e->buf + e->len, bytes, len);
	}
	e->len += len;
}

/**
 * jit_emit_here() - where the next byte will run
 * @e: the code, of which the address is known
 *
 * Return: the address.
 */
static inline const void *jit_emit_here(const struct jit_emit *e)
{
	return (const u8 *)e->addr + e->len;
}

#if defined(__aarch64__) || defined(__arm__)
/**
 * jit_emit_insn() - write an instruction of one's own, where all have 32 bits
 * @e: the code
 * @insn: the instruction
 */
static inline void jit_emit_insn(struct jit_emit *e, u32 insn);
#endif

/**
 * jit_in_reach() - find out whether a direct branch gets there
 * @from: where the branch is, a call or a jump without a condition
 * @to: where it goes
 *
 * Return: whether the architecture has such a branch.
 */
static inline bool jit_in_reach(const void *from, const void *to);

/**
 * jit_emit_entry() - begin a function that is called through a pointer
 * @e: the code
 *
 * Writes the landing pad of the architecture, if it has one. C that calls the
 * function has to be __nocfi; if it is not, see jit_emit_cfi_entry().
 */
static inline void jit_emit_entry(struct jit_emit *e);

/**
 * jit_emit_cfi_entry() - begin a function that C calls and kCFI checks
 * @e: the code
 * @model: a function in C of the same type, of the module itself
 *
 * Writes %JIT_EMIT_CFI_SIZE bytes, those that @model has in front of it, and behind
 * them the entry: that is where a pointer to the function must point. Without
 * CONFIG_CFI it is jit_emit_entry().
 *
 * The hash is taken from @model, for the kernel may have changed it when it loaded
 * the module, and how it is checked is not known before that either.
 */
static inline void jit_emit_cfi_entry(struct jit_emit *e, const void *model);

/**
 * jit_emit_return() - return, as everything else in this kernel does
 * @e: the code
 */
static inline void jit_emit_return(struct jit_emit *e);

/**
 * jit_emit_call() - call a function
 * @e: the code
 * @fn: the function
 *
 * By the shortest way; on arm64 and arm that is through %JIT_EMIT_SCRATCH if @fn
 * is out of reach, which it is taken for as long as the address of the code is not
 * known: what has been measured may become shorter. On x86 a call is always
 * direct, and what is out of reach is an error.
 */
static inline void jit_emit_call(struct jit_emit *e, const void *fn);

/**
 * jit_emit_call_far() - call a function, wherever it is
 * @e: the code
 * @fn: the function
 *
 * Through %JIT_EMIT_SCRATCH, and always of the same length. @fn has to begin with a
 * landing pad: exported functions do.
 */
static inline void jit_emit_call_far(struct jit_emit *e, const void *fn);

/**
 * jit_emit_jump() - go on elsewhere and do not come back, as jit_emit_call()
 * @e: the code
 * @to: where to
 */
static inline void jit_emit_jump(struct jit_emit *e, const void *to);

/**
 * jit_emit_jump_far() - go on elsewhere, as jit_emit_call_far()
 * @e: the code
 * @to: where to
 */
static inline void jit_emit_jump_far(struct jit_emit *e, const void *to);

/**
 * jit_emit_indirect_call() - call the function whose address is in a register
 * @e: the code
 * @reg: number of the register, as instructions have it; not the stack pointer
 *
 * Through a thunk where the kernel has one for such calls. kCFI does not check it.
 */
static inline void jit_emit_indirect_call(struct jit_emit *e, unsigned int reg);

/**
 * jit_emit_indirect_jump() - go on at the address in a register
 * @e: the code
 * @reg: number of the register, as for jit_emit_indirect_call(); on arm64 a
 *	function has to be jumped to through x16 or x17, or its landing pad will
 *	not do
 */
static inline void jit_emit_indirect_jump(struct jit_emit *e, unsigned int reg);

/**
 * jit_emit_trap() - stop whoever comes here
 * @e: the code
 *
 * As text is filled with that nobody has written.
 */
static inline void jit_emit_trap(struct jit_emit *e);

/**
 * jit_emit_return_thunk() - what code jumps to instead of a return
 * @e: the code
 *
 * Return: the thunk, %NULL if there is none. jit_emit_return() uses it; others
 * may want to show it.
 */
static inline const void *jit_emit_return_thunk(const struct jit_emit *e);

#if defined(__x86_64__)
#include <linux/jit_emit/x86.h>
#elif defined(__aarch64__)
#include <linux/jit_emit/arm64.h>
#elif defined(__arm__)
#include <linux/jit_emit/arm.h>
#else
#error "<linux/jit_emit.h> does not know this architecture"
#endif

static inline void jit_emit_call_far(struct jit_emit *e, const void *fn)
{
	__jit_emit_scratch(e, fn);
	jit_emit_indirect_call(e, JIT_EMIT_SCRATCH);
}

static inline void jit_emit_jump_far(struct jit_emit *e, const void *to)
{
	__jit_emit_scratch(e, to);
	jit_emit_indirect_jump(e, JIT_EMIT_SCRATCH);
}

/**
 * jit_emit_align() - fill with traps up to an address
 * @e: the code
 * @align: what the address is to be a multiple of, a power of two. As long as the
 *	address of the code is not known, no more than text is aligned to.
 */
static inline void jit_emit_align(struct jit_emit *e, size_t align)
{
	if (!align || align & (align - 1)) {
		jit_emit_fail(e, -EINVAL);
		return;
	}
	while (!e->err && (unsigned long)jit_emit_here(e) & (align - 1))
		jit_emit_trap(e);
}

/**
 * jit_emit_init() - begin to generate code
 * @e: the code
 * @buf: where to write it, which is not where it runs: text is read-only. %NULL
 *	only measures.
 * @size: room there, in bytes
 * @addr: where it will run; can be %NULL if @buf is
 */
static inline void jit_emit_init(struct jit_emit *e, void *buf, size_t size,
				 const void *addr)
{
	*e = (struct jit_emit){ .buf = buf, .size = size, .addr = addr };
	e->sites = __jit_emit_sites();
	if (buf && !addr)
		jit_emit_fail(e, -EINVAL);
}

#endif /* _LINUX_JIT_EMIT_H */
