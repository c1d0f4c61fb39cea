// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: from the packet, from what the kernel knows of it, from scratch
 * memory.
 */
#include "emit.h"

/* Instructions that read a field of the descriptor, r13, into eax. */
static void load_field32(struct cbpf_jit *jit, u32 offset)
{
	EMIT(jit, 0x41, 0x8b, 0x85);		/* mov eax, [r13 + offset] */
	emit32(jit, offset);
}

static void load_field16(struct cbpf_jit *jit, u32 offset)
{
	EMIT(jit, 0x41, 0x0f, 0xb7, 0x85);	/* movzx eax, word [r13 + offset] */
	emit32(jit, offset);
}

static void swap16(struct cbpf_jit *jit)
{
	EMIT(jit, 0x66, 0xc1, 0xc0, 8);		/* rol ax, 8 */
}

static void call_helper(struct cbpf_jit *jit, const void *helper)
{
	EMIT(jit, 0x4c, 0x89, 0xef);		/* mov rdi, r13 */
	EMIT(jit, 0x89, 0xc6);			/* mov esi, eax */
	EMIT(jit, 0x89, 0xda);			/* mov edx, ebx */
	jit_emit_call(&jit->e, helper);
}

/* rcx = the device; without one the program ends and returns A. */
static void load_device(struct cbpf_jit *jit, u32 pc)
{
	EMIT(jit, 0x49, 0x8b, 0x8d);		/* mov rcx, [r13 + dev] */
	emit32(jit, jit->env->skb_dev);
	EMIT(jit, 0x48, 0x85, 0xc9);		/* test rcx, rcx */
	emit_jump(jit, pc, 0, COND_E, at_exit(jit));
}

static void load_ancillary(struct cbpf_jit *jit, u32 pc, u32 field)
{
	const struct cbpf_env *env = jit->env;

	switch (field) {
	case SKF_AD_PROTOCOL:
		load_field16(jit, env->skb_protocol);
		swap16(jit);
		break;
	case SKF_AD_PKTTYPE:
		EMIT(jit, 0x41, 0x0f, 0xb6, 0x85);
		emit32(jit, env->skb_pkt_type);	/* movzx eax, byte [r13 + ..] */
		emit_group1(jit, OP_AND, 7);
		break;
	case SKF_AD_IFINDEX:
		load_device(jit, pc);
		EMIT(jit, 0x8b, 0x81);		/* mov eax, [rcx + ifindex] */
		emit32(jit, env->dev_ifindex);
		break;
	case SKF_AD_HATYPE:
		load_device(jit, pc);
		EMIT(jit, 0x0f, 0xb7, 0x81);	/* movzx eax, word [rcx + type] */
		emit32(jit, env->dev_type);
		break;
	case SKF_AD_MARK:
		load_field32(jit, env->skb_mark);
		break;
	case SKF_AD_RXHASH:
		load_field32(jit, env->skb_hash);
		break;
	case SKF_AD_QUEUE:
		load_field16(jit, env->skb_queue);
		break;
	case SKF_AD_VLAN_TAG:
		load_field16(jit, env->skb_vlan_tci);
		break;
	case SKF_AD_VLAN_TAG_PRESENT:
		load_field32(jit, env->skb_vlan_all);
		EMIT(jit, 0x85, 0xc0);		/* test eax, eax */
		EMIT(jit, 0x0f, 0x95, 0xc0);	/* setne al */
		EMIT(jit, 0x0f, 0xb6, 0xc0);	/* movzx eax, al */
		break;
	case SKF_AD_VLAN_TPID:
		load_field16(jit, env->skb_vlan_proto);
		swap16(jit);
		break;
	case SKF_AD_ALU_XOR_X:
		EMIT(jit, 0x31, 0xd8);		/* xor eax, ebx */
		break;
	case SKF_AD_NLATTR:
		call_helper(jit, env->nlattr);
		break;
	case SKF_AD_NLATTR_NEST:
		call_helper(jit, env->nlattr_nest);
		break;
	case SKF_AD_PAY_OFFSET:
		call_helper(jit, env->pay_offset);
		break;
	case SKF_AD_CPU:
		call_helper(jit, env->cpu);
		break;
	case SKF_AD_RANDOM:
		call_helper(jit, env->random);
		break;
	}
}

/* eax = packet bytes at r14 + rsi, which are there, in host order. */
static void load_inline(struct cbpf_jit *jit, u32 size)
{
	switch (size) {
	case 1:
		EMIT(jit, 0x41, 0x0f, 0xb6, 0x04, 0x36);
		break;				/* movzx eax, byte [r14 + rsi] */
	case 2:
		EMIT(jit, 0x41, 0x0f, 0xb7, 0x04, 0x36);
		swap16(jit);			/* movzx eax, word [r14 + rsi] */
		break;
	default:
		EMIT(jit, 0x41, 0x8b, 0x04, 0x36);
		EMIT(jit, 0x0f, 0xc8);		/* mov eax, [r14 + rsi]; bswap */
		break;
	}
}

/*
 * A load whose offset is only known when it runs. The offset is a 32-bit
 * signed number; one below zero looks bigger than any packet here, and gets
 * its meaning from the helper.
 */
static void load_indirect(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn)
{
	u32 size = 1 << load_shift(insn);

	EMIT(jit, 0x8d, 0xb3);			/* lea esi, [rbx + k] */
	emit32(jit, insn->k);
	EMIT(jit, 0x48, 0x8d, 0x4e, size);	/* lea rcx, [rsi + size] */
	EMIT(jit, 0x4c, 0x39, 0xe1);		/* cmp rcx, r12 */
	emit_jump_near(jit, COND_A, at_slow_load(jit, pc));
	load_inline(jit, size);
}

/*
 * A load from a constant offset; returns whether there is an inline way, that
 * is, whether a packet can have bytes there.
 */
static bool load_constant(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn, u32 size)
{
	if (insn->k > 0x7fffffff - size) {
		emit_jump_near(jit, ALWAYS, at_slow_load(jit, pc));
		return false;
	}
	EMIT(jit, 0x41, 0x81, 0xfc);		/* cmp r12d, k + size */
	emit32(jit, insn->k + size);
	emit_jump_near(jit, COND_B, at_slow_load(jit, pc));
	return true;
}

static void load_absolute(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn)
{
	u32 size = 1 << load_shift(insn);

	if (insn->k >= (u32)SKF_AD_OFF) {
		load_ancillary(jit, pc, insn->k - (u32)SKF_AD_OFF);
		return;
	}
	if (!load_constant(jit, pc, insn, size))
		return;
	switch (size) {
	case 1:
		EMIT(jit, 0x41, 0x0f, 0xb6, 0x86);
		emit32(jit, insn->k);		/* movzx eax, byte [r14 + k] */
		break;
	case 2:
		EMIT(jit, 0x41, 0x0f, 0xb7, 0x86);
		emit32(jit, insn->k);		/* movzx eax, word [r14 + k] */
		swap16(jit);
		break;
	default:
		EMIT(jit, 0x41, 0x8b, 0x86);	/* mov eax, [r14 + k] */
		emit32(jit, insn->k);
		EMIT(jit, 0x0f, 0xc8);		/* bswap eax */
		break;
	}
}

/* X = length in bytes of an IP header, from its first byte. */
static void header_length(struct cbpf_jit *jit)
{
	EMIT(jit, 0x83, 0xe3, 0x0f);		/* and ebx, 15 */
	EMIT(jit, 0xc1, 0xe3, 0x02);		/* shl ebx, 2 */
}

static void load_header_length(struct cbpf_jit *jit, u32 pc,
			       const struct sock_filter *insn)
{
	if (!load_constant(jit, pc, insn, 1))
		return;
	EMIT(jit, 0x41, 0x0f, 0xb6, 0x9e);	/* movzx ebx, byte [r14 + k] */
	emit32(jit, insn->k);
	header_length(jit);
}

/* The helper's way of a load, out of line. */
void emit_slow_load(struct cbpf_jit *jit, u32 pc)
{
	const struct sock_filter *insn = &jit->prog->insn[pc];
	bool to_x = BPF_CLASS(insn->code) == BPF_LDX;

	set_label(jit, at_slow_load(jit, pc));
	if (to_x)
		EMIT(jit, 0x89, 0x45, 0xd0);	/* mov [rbp - 48], eax */
	if (BPF_MODE(insn->code) != BPF_IND) {
		EMIT(jit, 0xbe);		/* mov esi, k */
		emit32(jit, insn->k);
	}
	EMIT(jit, 0x4c, 0x89, 0xef);		/* mov rdi, r13 */
	EMIT(jit, 0xba);			/* mov edx, size */
	emit32(jit, 1 << load_shift(insn));
	jit_emit_call(&jit->e, jit->env->load);
	EMIT(jit, 0x48, 0x85, 0xc0);		/* test rax, rax */
	emit_jump_near(jit, COND_S, at_exit_zero(jit));
	if (to_x) {
		EMIT(jit, 0x89, 0xc3);		/* mov ebx, eax */
		header_length(jit);
		EMIT(jit, 0x8b, 0x45, 0xd0);	/* mov eax, [rbp - 48] */
	}
	emit_jump_near(jit, ALWAYS, at_insn(pc + 1));
}

void emit_load_a(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_set_a(jit, insn->k);
		break;
	case BPF_ABS:
		load_absolute(jit, pc, insn);
		break;
	case BPF_IND:
		load_indirect(jit, pc, insn);
		break;
	case BPF_MEM:				/* mov eax, M[k] */
		EMIT(jit, 0x8b, 0x45, SCRATCH_WORD(insn->k));
		break;
	case BPF_LEN:
		load_field32(jit, jit->env->skb_len);
		break;
	}
}

void emit_load_x(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_set_x(jit, insn->k);
		break;
	case BPF_MSH:
		load_header_length(jit, pc, insn);
		break;
	case BPF_MEM:				/* mov ebx, M[k] */
		EMIT(jit, 0x8b, 0x5d, SCRATCH_WORD(insn->k));
		break;
	case BPF_LEN:
		EMIT(jit, 0x41, 0x8b, 0x9d);	/* mov ebx, [r13 + len] */
		emit32(jit, jit->env->skb_len);
		break;
	}
}
