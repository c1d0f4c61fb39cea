// SPDX-License-Identifier: GPL-2.0
/*
 * Every form of <linux/jit_emit.h>, for Rust to compare its own with.
 */
#include <linux/jit_emit.h>

#include "emit_forms.h"

/*
 * Writes a form between other bytes, of which there may be none in front: emit_main.rs
 * has the numbers, and one that is unknown here writes nothing. Puts the length into
 * @len and returns the error.
 */
int jit_test_emit_form(u32 form, unsigned long arg, u8 *buf, size_t size,
		       const void *addr, size_t *len)
{
	struct jit_emit e;

	jit_emit_init(&e, buf, size, addr);
	switch (form) {
	case 0:
		jit_emit_entry(&e);
		break;
	case 1:
		jit_emit_return(&e);
		break;
	case 2:
		jit_emit_call(&e, (void *)arg);
		break;
	case 3:
		jit_emit_call_far(&e, (void *)arg);
		break;
	case 4:
		jit_emit_jump(&e, (void *)arg);
		break;
	case 5:
		jit_emit_jump_far(&e, (void *)arg);
		break;
	case 6:
		jit_emit_indirect_call(&e, arg);
		break;
	case 7:
		jit_emit_indirect_jump(&e, arg);
		break;
	case 8:
		jit_emit_trap(&e);
		break;
	case 9:
		jit_emit_trap(&e);
		jit_emit_align(&e, arg);
		break;
	case 10:
		jit_emit_put(&e, &arg, sizeof(arg));
		break;
#if defined(__aarch64__) || defined(__arm__)
	case 11:
		jit_emit_insn(&e, arg);
		break;
#endif
	}
	jit_emit_put(&e, "1234", 4);
	*len = e.len;
	return e.err;
}

const void *jit_test_emit_return_thunk(void)
{
	struct jit_emit e;

	jit_emit_init(&e, NULL, 0, NULL);
	return jit_emit_return_thunk(&e);
}

bool jit_test_emit_in_reach(const void *from, const void *to)
{
	return jit_in_reach(from, to);
}
