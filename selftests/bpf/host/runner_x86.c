// SPDX-License-Identifier: GPL-2.0
/*
 * Running generated x86-64 code.
 */
#include "runner_arch.h"

/* A return for code that must not return by itself. */
asm("\t.pushsection .text\n"
	"return_thunk:\n"
	"\tret\n"
	"\tint3\n"
	"\t.popsection\n");

u64 runner_thunk(void)
{
	u64 thunk;

	asm("mov $return_thunk, %0" : "=r"(thunk));
	return thunk;
}

u64 runner_enter(u8 *entry, const struct packet *p)
{
	u64 result, changed;

	asm volatile("push %%rbx\n"
		     "push %%rbp\n"
		     "push %%r12\n"
		     "push %%r13\n"
		     "push %%r14\n"
		     "push %%r15\n"
		     "mov %%rsp, %%r15\n"
		     "and $-16, %%rsp\n"
		     "mov $0x1111, %%ebx\n"
		     "mov $0x2222, %%ebp\n"
		     "mov $0x3333, %%r12d\n"
		     "mov $0x4444, %%r13d\n"
		     "mov $0x5555, %%r14d\n"
		     "call *%%rcx\n"
		     "xor $0x1111, %%rbx\n"
		     "xor $0x2222, %%rbp\n"
		     "xor $0x3333, %%r12\n"
		     "xor $0x4444, %%r13\n"
		     "xor $0x5555, %%r14\n"
		     "or %%rbx, %%rbp\n"
		     "or %%r12, %%rbp\n"
		     "or %%r13, %%rbp\n"
		     "or %%r14, %%rbp\n"
		     "mov %%rbp, %%rdx\n"
		     "mov %%r15, %%rsp\n"
		     "pop %%r15\n"
		     "pop %%r14\n"
		     "pop %%r13\n"
		     "pop %%r12\n"
		     "pop %%rbp\n"
		     "pop %%rbx\n"
		     : "=a"(result), "=d"(changed), "+D"(p), "+c"(entry)
		     :
		     : "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	return changed ? CRASHED : (u32)result;
}

/* The same code, wherever it is placed, as long as its helpers are near. */
bool runner_reach(const struct cbpf_prog *prog)
{
	static struct cbpf_jit jit;
	static u8 code[4096];
	struct cbpf_env env = *runner_env(true);
	u64 load = env.load, base = load + (1ULL << 31);
	size_t size = cbpf_measure(&jit, prog, &env);
	bool ok;

	ok = cbpf_emit(&jit, code, load) == 0 &&
	     cbpf_emit(&jit, code, base - size) == 0 &&
	     cbpf_emit(&jit, code, base) == -ERANGE &&
	     cbpf_emit(&jit, code, 1ULL << 60) == -ERANGE;
	env.return_thunk = load + (5ULL << 30);
	cbpf_measure(&jit, prog, &env);
	ok = ok && cbpf_emit(&jit, code, load) == -ERANGE;
	env.return_thunk = 0;
	cbpf_measure(&jit, prog, &env);
	return ok && cbpf_emit(&jit, code, load) == 0;
}
