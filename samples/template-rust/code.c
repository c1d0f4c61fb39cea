// SPDX-License-Identifier: GPL-2.0
/* The code generator, in C, for what begins and ends functions is a C header. */
#include <linux/jit_emit.h>

#include "code.h"

/**
 * template_emit_triple() - write a function that multiplies by three
 * @buf: where to
 * @size: room there
 * @addr: where it will run
 *
 * Return: its length, or a negative errno.
 */
long template_emit_triple(u8 *buf, size_t size, const void *addr)
{
#ifdef CONFIG_X86_64
	/* lea (%rdi,%rdi,2), %eax */
	static const u8 code[] = { 0x8d, 0x04, 0x7f };
#elif defined(CONFIG_ARM64)
	/* add w0, w0, w0, lsl #1 */
	static const u32 code[] = { 0x0b000400 };
#else
	/* arm: add r0, r0, r0, lsl #1 */
	static const u32 code[] = { 0xe0800080 };
#endif
	struct jit_emit e;

	jit_emit_init(&e, buf, size, addr);
	jit_emit_entry(&e);
	jit_emit_put(&e, code, sizeof(code));
	jit_emit_return(&e);
	return e.err ?: e.len;
}
