// SPDX-License-Identifier: GPL-2.0
/*
 * Running generated x86-64 code.
 */
#include "../../emit/host/sites.h"
#include "runner_arch.h"

/* A return for code that must not return by itself. */
asm("\t.pushsection .text\n"
	"return_thunk:\n"
	"\tret\n"
	"\tint3\n"
	"\t.popsection\n");

static u8 sites[SITES_SIZE];

const u8 *__jit_emit_sites(void)
{
	return sites;
}

void runner_set_thunk(bool with_thunk)
{
	const u8 *thunk;

	asm("mov $return_thunk, %0" : "=r"(thunk));
	put_return(sites, with_thunk ? thunk : NULL);
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

/* The same code, wherever it is placed, as long as what it goes to is near. */
bool runner_reach(const struct cbpf_prog *prog)
{
	static const struct cbpf_prog no_call = {
		.len = 1,
		.insn = { { BPF_RET | BPF_K, 0, 0, 1 } },
	};
	static struct cbpf_jit jit;
	static u8 out[4096];
	const struct cbpf_env *env = runner_env();
	const u8 *load = env->load, *base = load + (1ULL << 31);
	size_t size;
	bool ok;

	runner_set_thunk(false);
	size = cbpf_measure(&jit, prog, env);
	ok = cbpf_emit(&jit, out, load) == 0 &&
	     cbpf_emit(&jit, out, base - size) == 0 &&
	     cbpf_emit(&jit, out, base) == -ERANGE &&
	     cbpf_emit(&jit, out, (u8 *)(1ULL << 60)) == -ERANGE;

	cbpf_measure(&jit, &no_call, env);
	ok = ok && cbpf_emit(&jit, out, load + (5ULL << 30)) == 0;
	runner_set_thunk(true);
	cbpf_measure(&jit, &no_call, env);
	return ok && cbpf_emit(&jit, out, load) == 0 &&
	       cbpf_emit(&jit, out, load + (5ULL << 30)) == -ERANGE;
}
