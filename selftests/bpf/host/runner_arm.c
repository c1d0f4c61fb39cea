// SPDX-License-Identifier: GPL-2.0
/*
 * Running generated arm code.
 */
#include "runner_arch.h"

void runner_set_thunk(bool with_thunk)
{
	(void)with_thunk;
}

u64 runner_enter(u8 *entry, const struct packet *p)
{
	register u32 r0 asm("r0") = (u32)p;
	register u32 r1 asm("r1") = (u32)entry;

	/* r4 to r11 and the stack pointer, of which r11 keeps a copy */
	asm volatile("push {r4-r11, lr}\n"
		     "mov r11, sp\n"
		     "bic sp, sp, #7\n"
		     "mov r2, sp\n"
		     "push {r2, r11}\n"
		     "mov r4, #0x11\n"
		     "mov r5, #0x22\n"
		     "mov r6, #0x33\n"
		     "mov r7, #0x44\n"
		     "mov r8, #0x55\n"
		     "mov r9, #0x66\n"
		     "mov r10, #0x77\n"
		     "mov r11, sp\n"
		     "blx r1\n"
		     "eor r4, r4, #0x11\n"
		     "eor r5, r5, #0x22\n"
		     "eor r6, r6, #0x33\n"
		     "eor r7, r7, #0x44\n"
		     "eor r8, r8, #0x55\n"
		     "eor r9, r9, #0x66\n"
		     "eor r10, r10, #0x77\n"
		     "eor r1, r11, sp\n"
		     "orr r1, r1, r4\n"
		     "orr r1, r1, r5\n"
		     "orr r1, r1, r6\n"
		     "orr r1, r1, r7\n"
		     "orr r1, r1, r8\n"
		     "orr r1, r1, r9\n"
		     "orr r1, r1, r10\n"
		     "ldr sp, [r11, #4]\n"
		     "pop {r4-r11, lr}\n"
		     : "+r"(r0), "+r"(r1)
		     :
		     : "r2", "r3", "r12", "cc", "memory");
	return r1 ? CRASHED : r0;
}

/* Calls go by address, so it runs anywhere. */
bool runner_reach(const struct cbpf_prog *prog)
{
	static struct cbpf_jit jit;
	static u8 code[4096];
	const struct cbpf_env *env = runner_env();

	cbpf_measure(&jit, prog, env);
	return cbpf_emit(&jit, code, code) == 0 &&
	       cbpf_emit(&jit, code, (void *)0xf0000000) == 0;
}
