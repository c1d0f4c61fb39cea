// SPDX-License-Identifier: GPL-2.0
/*
 * Executable memory for compiled filters, and the helpers that they call.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner.h"
#include "runner_arch.h"

#define CODE_MAX	0x100000

static u8 *code;
static size_t code_size;
static const char *fault;
static struct cbpf_jit jit;
static sigjmp_buf before_run;

static u64 load(const void *skb, u32 k, u32 size)
{
	const struct packet *p = skb;
	s32 headlen = p->len - p->data_len;
	s32 offset = k, i;
	u8 bytes[4];

	if (offset < 0) {
		if (offset >= SKF_NET_OFF)
			offset += p->network_offset - SKF_NET_OFF;
		else if (offset >= SKF_LL_OFF && p->has_mac)
			offset += p->mac_offset - SKF_LL_OFF;
		else
			return -EFAULT;
	}
	if (offset > (s32)p->len - (s32)size)
		return -EFAULT;
	for (i = 0; i < (s32)size; i++) {
		s32 at = offset + i;

		bytes[i] = at < headlen ? p->data[at] : p->rest[at - headlen];
	}
	switch (size) {
	case 1:
		return bytes[0];
	case 2:
		return (u32)bytes[0] << 8 | bytes[1];
	default:
		return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
		       bytes[3];
	}
}

/* The top half of a result is noise: only 32 bits may become A. */
static u64 noisy(u32 value)
{
	return 0xdeadbeef00000000 | value;
}

static u64 nlattr(const void *skb, u32 a, u32 x)
{
	(void)skb;
	return noisy(0x12000000 + (a ^ 3 * x));
}

static u64 nlattr_nest(const void *skb, u32 a, u32 x)
{
	(void)skb;
	return noisy(0x16000000 - (a ^ 5 * x));
}

static u64 pay_offset(const void *skb, u32 a, u32 x)
{
	(void)a;
	(void)x;
	return noisy(((const struct packet *)skb)->len / 3);
}

static u64 cpu(const void *skb, u32 a, u32 x)
{
	(void)a;
	(void)x;
	return noisy(((const struct packet *)skb)->cpu);
}

static u64 random_number(const void *skb, u32 a, u32 x)
{
	(void)a;
	(void)x;
	return noisy(((const struct packet *)skb)->random);
}

static u32 divide(u32 a, u32 b)
{
	return a / b;
}

const struct cbpf_env *runner_env(void)
{
	static const struct cbpf_env env = {
		.skb_len	= offsetof(struct packet, len),
		.skb_data_len	= offsetof(struct packet, data_len),
		.skb_data	= offsetof(struct packet, data),
		.skb_dev	= offsetof(struct packet, dev),
		.skb_protocol	= offsetof(struct packet, protocol),
		.skb_pkt_type	= offsetof(struct packet, pkt_type),
		.skb_mark	= offsetof(struct packet, mark),
		.skb_queue	= offsetof(struct packet, queue),
		.skb_hash	= offsetof(struct packet, hash),
		.skb_vlan_tci	= offsetof(struct packet, vlan_tci),
		.skb_vlan_all	= offsetof(struct packet, vlan_all),
		.skb_vlan_proto	= offsetof(struct packet, vlan_proto),
		.dev_ifindex	= offsetof(struct device, ifindex),
		.dev_type	= offsetof(struct device, type),
		.load		= load,
		.pay_offset	= pay_offset,
		.nlattr		= nlattr,
		.nlattr_nest	= nlattr_nest,
		.cpu		= cpu,
		.random		= random_number,
		.divide		= divide,
	};

	return &env;
}

static void on_fault(int sig)
{
	siglongjmp(before_run, sig);
}

void runner_init(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	struct sigaction action = { .sa_handler = on_fault,
				    .sa_flags = SA_ONSTACK };
	static u8 stack[1 << 16];
	stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	unsigned int i;

	code = mmap(NULL, CODE_MAX, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | RUNNER_MAP, -1, 0);
	if (code == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	sigaltstack(&other, NULL);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* Memory that nothing may run in, and whether it still is */
static const u8 trap[] = RUNNER_TRAP;

static void fill(u8 *code, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		code[i] = trap[i % sizeof(trap)];
}

static bool is_filled(const u8 *code, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (code[i] != trap[i % sizeof(trap)])
			return false;
	return true;
}

bool runner_compile(const struct cbpf_prog *prog, bool with_thunk)
{
	static const u8 landing_pad[] = RUNNER_LANDING_PAD;

	fault = NULL;
	if (mprotect(code, CODE_MAX, PROT_READ | PROT_WRITE)) {
		perror("mprotect");
		exit(1);
	}
	runner_set_thunk(with_thunk);
	code_size = cbpf_measure(&jit, prog, runner_env());
	if (code_size + 64 > CODE_MAX) {
		fault = "the code does not fit";
		return false;
	}
	fill(code, code_size + 64);
	if (cbpf_emit(&jit, code, code))
		fault = "a helper is out of reach";
	else if (jit.e.len != code_size)
		fault = "the code is not as long as planned";
	else if (memcmp(code, landing_pad, sizeof(landing_pad)))
		fault = "the entry is not a landing pad";
	if (!is_filled(code + code_size, 64))
		fault = "bytes behind the code were written";
	__builtin___clear_cache((char *)code, (char *)code + code_size + 64);
	if (mprotect(code, CODE_MAX, PROT_READ | PROT_EXEC)) {
		perror("mprotect");
		exit(1);
	}
	return !fault;
}

u64 runner_run(const struct packet *p)
{
	if (sigsetjmp(before_run, 1))
		return CRASHED;
	return runner_enter(code, p);
}

const u8 *runner_code(size_t *size)
{
	*size = code_size;
	return code;
}

const char *runner_fault(void)
{
	return fault;
}
