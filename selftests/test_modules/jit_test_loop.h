/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generated code that a task stays in for as long as it is told to.
 */
#ifndef _JIT_TEST_LOOP_H
#define _JIT_TEST_LOOP_H

#include <linux/types.h>

/**
 * struct jit_test_loop - what the code looks at
 * @rounds: goes up as long as somebody is in the code
 * @stop: leave the code
 */
struct jit_test_loop {
	u64 rounds;
	u32 stop;
};

typedef void (*jit_test_loop_fn)(struct jit_test_loop *loop);

#ifdef CONFIG_X86_64

#define JIT_TEST_LOOP_LEN	14

/* endbr64; 1: incq (%rdi); cmpl $0, 8(%rdi); je 1b; ret */
static inline void jit_test_emit_loop(u8 *buf)
{
	static const u8 code[JIT_TEST_LOOP_LEN] = {
		0xf3, 0x0f, 0x1e, 0xfa,
		0x48, 0xff, 0x07,
		0x83, 0x7f, 0x08, 0x00,
		0x74, 0xf7,
		0xc3,
	};

	memcpy(buf, code, sizeof(code));
}

#elif defined(CONFIG_ARM64)

#define JIT_TEST_LOOP_LEN	28

/*
 * bti c; 1: ldr x1, [x0]; add x1, x1, #1; str x1, [x0]; ldr w2, [x0, #8];
 * cbz w2, 1b; ret
 */
static inline void jit_test_emit_loop(u8 *buf)
{
	static const u32 code[] = {
		0xd503245f, 0xf9400001, 0x91000421, 0xf9000001, 0xb9400802,
		0x34ffff82, 0xd65f03c0,
	};

	memcpy(buf, code, sizeof(code));
}

#elif defined(CONFIG_ARM)

#define JIT_TEST_LOOP_LEN	32

/*
 * 1: ldr r1, [r0]; add r1, r1, #1; str r1, [r0]; ldr r2, [r0, #8]; cmp r2, #0;
 * beq 1b; bx lr; udf
 */
static inline void jit_test_emit_loop(u8 *buf)
{
	static const u32 code[] = {
		0xe5901000, 0xe2811001, 0xe5801000, 0xe5902008, 0xe3520000,
		0x0afffff9, 0xe12fff1e, 0xe7fddef1,
	};

	memcpy(buf, code, sizeof(code));
}

#else
#error "the tests do not know this architecture"
#endif

#endif /* _JIT_TEST_LOOP_H */
