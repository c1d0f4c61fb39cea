/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions of arm64; what each of these is for, says ../jit_nofault.c. */
#ifndef _JIT_NOFAULT_CODE_H
#define _JIT_NOFAULT_CODE_H

#include <linux/jit_emit.h>
#include <linux/jitalloc.h>

static inline void emit_move(struct jit_emit *e, struct jit_extable_entry *entry)
{
	entry->insn = e->len;
	jit_emit_insn(e, 0xf9400022);		/* ldr x2, [x1] */
	jit_emit_insn(e, 0xf9000002);		/* str x2, [x0] */
}

static inline void emit_result(struct jit_emit *e, int value)
{
	/* mov x0, #value: movn if it is below 0 */
	if (value < 0)
		jit_emit_insn(e, 0x92800000 | (~value & 0xffff) << 5);
	else
		jit_emit_insn(e, 0xd2800000 | (value & 0xffff) << 5);
}

static inline void emit_size(struct jit_emit *e)
{
	jit_emit_insn(e, 0xd2800102);		/* mov x2, #8 */
}

#endif /* _JIT_NOFAULT_CODE_H */
