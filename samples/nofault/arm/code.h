/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions of 32-bit arm; what each of these is for, says ../jit_nofault.c. */
#ifndef _JIT_NOFAULT_CODE_H
#define _JIT_NOFAULT_CODE_H

#include <linux/jit_emit.h>
#include <linux/jitalloc.h>

static inline void emit_move(struct jit_emit *e, struct jit_extable_entry *entry)
{
	entry->insn = e->len;
	jit_emit_insn(e, 0xe5912000);		/* ldr r2, [r1] */
	jit_emit_insn(e, 0xe5802000);		/* str r2, [r0] */
}

static inline void emit_result(struct jit_emit *e, int value)
{
	/* mov r0, #value: mvn if it is below 0 */
	if (value < 0)
		jit_emit_insn(e, 0xe3e00000 | (~value & 0xff));
	else
		jit_emit_insn(e, 0xe3a00000 | (value & 0xff));
}

static inline void emit_size(struct jit_emit *e)
{
	jit_emit_insn(e, 0xe3a02004);		/* mov r2, #4 */
}

#endif /* _JIT_NOFAULT_CODE_H */
