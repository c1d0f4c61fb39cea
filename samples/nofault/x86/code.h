/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions of x86-64; what each of these is for, says ../jit_nofault.c. */
#ifndef _JIT_NOFAULT_CODE_H
#define _JIT_NOFAULT_CODE_H

#include <linux/jit_emit.h>
#include <linux/jitalloc.h>

static inline void emit_move(struct jit_emit *e, struct jit_extable_entry *entry)
{
	static const u8 load[] = { 0x48, 0x8b, 0x06 };	/* mov (%rsi), %rax */
	static const u8 store[] = { 0x48, 0x89, 0x07 };	/* mov %rax, (%rdi) */

	entry->insn = e->len;
	jit_emit_put(e, load, sizeof(load));
	jit_emit_put(e, store, sizeof(store));
}

static inline void emit_result(struct jit_emit *e, int value)
{
	/* mov $value, %rax */
	const u8 mov[] = { 0x48, 0xc7, 0xc0, value, value >> 8, value >> 16,
			   value >> 24 };

	jit_emit_put(e, mov, sizeof(mov));
}

static inline void emit_size(struct jit_emit *e)
{
	static const u8 mov[] = { 0xba, 8, 0, 0, 0 };	/* mov $8, %edx */

	jit_emit_put(e, mov, sizeof(mov));
}

#endif /* _JIT_NOFAULT_CODE_H */
