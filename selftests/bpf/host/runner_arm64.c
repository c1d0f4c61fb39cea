// SPDX-License-Identifier: GPL-2.0
/*
 * Running generated arm64 code.
 */
#include "runner_arch.h"

void runner_set_thunk(bool with_thunk)
{
	(void)with_thunk;
}

u64 runner_enter(u8 *entry, const struct packet *p)
{
	register u64 x0 asm("x0") = (u64)p;
	register u64 x1 asm("x1") = (u64)entry;

	/* x19 to x28, the frame pointer and the stack pointer */
	asm volatile("stp x29, x30, [sp, #-16]!\n"
		     "mov x9, sp\n"
		     "str x9, [sp, #-16]!\n"
		     "mov x19, #0x1111\n"
		     "mov x20, #0x2222\n"
		     "mov x21, #0x3333\n"
		     "mov x22, #0x4444\n"
		     "mov x23, #0x5555\n"
		     "mov x24, #0x6666\n"
		     "mov x25, #0x7777\n"
		     "mov x26, #0x8888\n"
		     "mov x27, #0x9999\n"
		     "mov x28, #0xaaaa\n"
		     "mov x29, sp\n"
		     "blr x1\n"
		     "mov x9, #0x1111\n"
		     "eor x19, x19, x9\n"
		     "mov x9, #0x2222\n"
		     "eor x20, x20, x9\n"
		     "mov x9, #0x3333\n"
		     "eor x21, x21, x9\n"
		     "mov x9, #0x4444\n"
		     "eor x22, x22, x9\n"
		     "mov x9, #0x5555\n"
		     "eor x23, x23, x9\n"
		     "mov x9, #0x6666\n"
		     "eor x24, x24, x9\n"
		     "mov x9, #0x7777\n"
		     "eor x25, x25, x9\n"
		     "mov x9, #0x8888\n"
		     "eor x26, x26, x9\n"
		     "mov x9, #0x9999\n"
		     "eor x27, x27, x9\n"
		     "mov x9, #0xaaaa\n"
		     "eor x28, x28, x9\n"
		     "mov x9, sp\n"
		     "eor x1, x29, x9\n"
		     "orr x1, x1, x19\n"
		     "orr x1, x1, x20\n"
		     "orr x1, x1, x21\n"
		     "orr x1, x1, x22\n"
		     "orr x1, x1, x23\n"
		     "orr x1, x1, x24\n"
		     "orr x1, x1, x25\n"
		     "orr x1, x1, x26\n"
		     "orr x1, x1, x27\n"
		     "orr x1, x1, x28\n"
		     "ldr x9, [x29]\n"
		     "mov sp, x9\n"
		     "ldp x29, x30, [sp], #16\n"
		     : "+r"(x0), "+r"(x1)
		     :
		     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
		       "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x19",
		       "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
		       "x28", "cc", "memory");
	return x1 ? CRASHED : (u32)x0;
}

/* Calls go by address, so it runs anywhere. */
bool runner_reach(const struct cbpf_prog *prog)
{
	static struct cbpf_jit jit;
	static u8 code[4096];
	const struct cbpf_env *env = runner_env();

	cbpf_measure(&jit, prog, env);
	return cbpf_emit(&jit, code, code) == 0 &&
	       cbpf_emit(&jit, code, (void *)(1ULL << 60)) == 0;
}
