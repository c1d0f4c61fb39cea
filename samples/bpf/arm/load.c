// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: from the packet, from what the kernel knows of it, from scratch
 * memory. The bytes of a packet begin anywhere; from version 7 on the processor
 * does not mind.
 */
#include "emit.h"

static void call_helper(struct cbpf_jit *jit, const void *helper)
{
	emit(jit, a32_mov(R0, SKB));
	emit(jit, a32_mov(R1, A));
	emit(jit, a32_mov(R2, X));
	emit_call(jit, helper);
	/* The lower half of the result */
	emit(jit, a32_mov(A, R0));
}

/* R0 = the device; without one the program ends and returns A. */
static void load_device(struct cbpf_jit *jit)
{
	emit_field(jit, 2, R0, SKB, jit->env->skb_dev);
	emit(jit, a32_imm(A32_CMP, 0, R0, 0));
	emit_jump_if(jit, A32_EQ, at_exit(jit));
}

static void load_ancillary(struct cbpf_jit *jit, u32 field)
{
	const struct cbpf_env *env = jit->env;

	switch (field) {
	case SKF_AD_PROTOCOL:
		emit_field(jit, 1, A, SKB, env->skb_protocol);
		emit(jit, a32_rev16(A, A));
		break;
	case SKF_AD_PKTTYPE:
		emit_field(jit, 0, A, SKB, env->skb_pkt_type);
		emit(jit, a32_imm(A32_AND, A, A, 7));
		break;
	case SKF_AD_IFINDEX:
		load_device(jit);
		emit_field(jit, 2, A, R0, env->dev_ifindex);
		break;
	case SKF_AD_HATYPE:
		load_device(jit);
		emit_field(jit, 1, A, R0, env->dev_type);
		break;
	case SKF_AD_MARK:
		emit_field(jit, 2, A, SKB, env->skb_mark);
		break;
	case SKF_AD_RXHASH:
		emit_field(jit, 2, A, SKB, env->skb_hash);
		break;
	case SKF_AD_QUEUE:
		emit_field(jit, 1, A, SKB, env->skb_queue);
		break;
	case SKF_AD_VLAN_TAG:
		emit_field(jit, 1, A, SKB, env->skb_vlan_tci);
		break;
	case SKF_AD_VLAN_TAG_PRESENT:
		emit_field(jit, 2, A, SKB, env->skb_vlan_all);
		emit(jit, a32_imm(A32_CMP, 0, A, 0));
		emit(jit, a32_imm_if(A32_NE, A32_MOV, A, 0, 1));
		break;
	case SKF_AD_VLAN_TPID:
		emit_field(jit, 1, A, SKB, env->skb_vlan_proto);
		emit(jit, a32_rev16(A, A));
		break;
	case SKF_AD_ALU_XOR_X:
		emit(jit, a32_op(A32_EOR, A, A, X));
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

/* From the order of the network to ours */
static void swap(struct cbpf_jit *jit, u32 reg, u32 shift)
{
	if (shift == 1)
		emit(jit, a32_rev16(reg, reg));
	else if (shift == 2)
		emit(jit, a32_rev(reg, reg));
}

/*
 * A load whose offset is only known when it runs. The offset is a 32-bit
 * signed number; one below zero looks bigger than any packet here, and gets
 * its meaning from the helper. It is in r1, as the helper wants it.
 */
static void load_indirect(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn)
{
	u32 shift = load_shift(insn);

	emit_op(jit, A32_ADD, R1, X, insn->k);
	/* The last offset that the packet has so many bytes at, if it has any */
	emit(jit, a32_imm(A32_SUBS, TMP, HEADLEN, 1 << shift));
	emit_jump_if(jit, A32_LO, at_slow_load(jit, pc));
	emit(jit, a32_op(A32_CMP, 0, TMP, R1));
	emit_jump_if(jit, A32_LO, at_slow_load(jit, pc));
	emit(jit, a32_load_at(shift, A, DATA, R1));
	swap(jit, A, shift);
}

/*
 * A load from a constant offset to @reg, if a packet can have bytes there;
 * returns whether there is such an inline way.
 */
static bool load_constant(struct cbpf_jit *jit, u32 pc, u32 reg, u32 k,
			  u32 shift)
{
	u32 size = 1 << shift;

	if (k > 0x7fffffff - size) {
		emit_jump(jit, at_slow_load(jit, pc));
		return false;
	}
	emit_op(jit, A32_CMP, 0, HEADLEN, k + size);
	emit_jump_if(jit, A32_LO, at_slow_load(jit, pc));
	emit_field(jit, shift, reg, DATA, k);
	swap(jit, reg, shift);
	return true;
}

static void load_absolute(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn)
{
	if (insn->k >= (u32)SKF_AD_OFF)
		load_ancillary(jit, insn->k - SKF_AD_OFF);
	else
		load_constant(jit, pc, A, insn->k, load_shift(insn));
}

/* X = length in bytes of an IP header, from its first byte in @reg. */
static void header_length(struct cbpf_jit *jit, u32 reg)
{
	emit(jit, a32_imm(A32_AND, X, reg, 15));
	emit(jit, a32_lsl(X, X, 2));
}

/* The helper's way of a load, out of line. */
void emit_slow_load(struct cbpf_jit *jit, u32 pc)
{
	const struct sock_filter *insn = &jit->prog->insn[pc];
	bool to_x = BPF_CLASS(insn->code) == BPF_LDX;

	set_label(jit, at_slow_load(jit, pc));
	if (BPF_MODE(insn->code) != BPF_IND)
		emit_set(jit, R1, insn->k);
	emit(jit, a32_mov(R0, SKB));
	emit_set(jit, R2, 1 << load_shift(insn));
	emit_call(jit, jit->env->load);
	/* The upper half has the sign. */
	emit(jit, a32_imm(A32_CMP, 0, R1, 0));
	emit_jump_if(jit, A32_LT, at_exit_zero(jit));
	if (to_x)
		header_length(jit, R0);
	else
		emit(jit, a32_mov(A, R0));
	emit_jump(jit, at_insn(pc + 1));
}

void emit_load_a(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_set(jit, A, insn->k);
		break;
	case BPF_ABS:
		load_absolute(jit, pc, insn);
		break;
	case BPF_IND:
		load_indirect(jit, pc, insn);
		break;
	case BPF_MEM:
		emit(jit, a32_load(2, A, A32_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_LEN:
		emit_field(jit, 2, A, SKB, jit->env->skb_len);
		break;
	}
}

void emit_load_x(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_set(jit, X, insn->k);
		break;
	case BPF_MSH:
		if (load_constant(jit, pc, X, insn->k, 0))
			header_length(jit, X);
		break;
	case BPF_MEM:
		emit(jit, a32_load(2, X, A32_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_LEN:
		emit_field(jit, 2, X, SKB, jit->env->skb_len);
		break;
	}
}
