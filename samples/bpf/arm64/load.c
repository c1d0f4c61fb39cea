// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: from the packet, from what the kernel knows of it, from scratch
 * memory.
 */
#include "emit.h"

static void call_helper(struct cbpf_jit *jit, const void *helper)
{
	emit(jit, a64_op(A64_ORR | A64_64BIT, R0, A64_ZR, SKB));
	emit(jit, a64_op(A64_ORR, R1, A64_ZR, A));
	emit(jit, a64_op(A64_ORR, R2, A64_ZR, X));
	emit_call(jit, helper);
	/* As 32 bits, whatever is above them */
	emit(jit, a64_op(A64_ORR, A, A64_ZR, R0));
}

/* TMP2 = the device; without one the program ends and returns A. */
static void load_device(struct cbpf_jit *jit)
{
	emit_field(jit, 3, TMP2, SKB, jit->env->skb_dev);
	/* Of a pointer, all 64 bits */
	emit(jit, a64_op(A64_SUBS | A64_64BIT, A64_ZR, TMP2, A64_ZR));
	emit_jump_if(jit, A64_EQ, at_exit(jit));
}

static void load_ancillary(struct cbpf_jit *jit, u32 field)
{
	const struct cbpf_env *env = jit->env;

	switch (field) {
	case SKF_AD_PROTOCOL:
		emit_field(jit, 1, A, SKB, env->skb_protocol);
		emit(jit, a64_rev16(A, A));
		break;
	case SKF_AD_PKTTYPE:
		emit_field(jit, 0, A, SKB, env->skb_pkt_type);
		emit(jit, a64_uxt(A, A, 3));
		break;
	case SKF_AD_IFINDEX:
		load_device(jit);
		emit_field(jit, 2, A, TMP2, env->dev_ifindex);
		break;
	case SKF_AD_HATYPE:
		load_device(jit);
		emit_field(jit, 1, A, TMP2, env->dev_type);
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
		emit(jit, a64_imm(A64_SUBS, A64_ZR, A, 0));
		emit(jit, a64_cset(A, A64_NE));
		break;
	case SKF_AD_VLAN_TPID:
		emit_field(jit, 1, A, SKB, env->skb_vlan_proto);
		emit(jit, a64_rev16(A, A));
		break;
	case SKF_AD_ALU_XOR_X:
		emit(jit, a64_op(A64_EOR, A, A, X));
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
		emit(jit, a64_rev16(reg, reg));
	else if (shift == 2)
		emit(jit, a64_rev(reg, reg));
}

/*
 * A load whose offset is only known when it runs. The offset is a 32-bit
 * signed number; one below zero looks bigger than any packet here, and gets
 * its meaning from the helper. It is in w1, as the helper wants it.
 */
static void load_indirect(struct cbpf_jit *jit, u32 pc,
			  const struct sock_filter *insn)
{
	u32 shift = load_shift(insn);

	emit_op(jit, A64_ADD, R1, X, insn->k);
	/* With 64 bits, or it might wrap around */
	emit(jit, a64_imm(A64_ADD | A64_64BIT, TMP, R1, 1 << shift));
	emit(jit, a64_op(A64_SUBS | A64_64BIT, A64_ZR, TMP, HEADLEN));
	emit_jump_if(jit, A64_HI, at_slow_load(jit, pc));
	emit(jit, a64_load_at(shift, A, DATA, R1));
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
	emit_op(jit, A64_SUBS, A64_ZR, HEADLEN, k + size);
	emit_jump_if(jit, A64_LO, at_slow_load(jit, pc));
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
	emit(jit, a64_uxt(X, reg, 4));
	emit(jit, a64_lsl(X, X, 2));
}

/* The helper's way of a load, out of line. */
void emit_slow_load(struct cbpf_jit *jit, u32 pc)
{
	const struct sock_filter *insn = &jit->prog->insn[pc];
	bool to_x = BPF_CLASS(insn->code) == BPF_LDX;

	set_label(jit, at_slow_load(jit, pc));
	if (BPF_MODE(insn->code) != BPF_IND)
		emit_set(jit, R1, insn->k);
	emit(jit, a64_op(A64_ORR | A64_64BIT, R0, A64_ZR, SKB));
	emit_set(jit, R2, 1 << load_shift(insn));
	emit_call(jit, jit->env->load);
	emit(jit, a64_imm(A64_SUBS | A64_64BIT, A64_ZR, R0, 0));
	emit_jump_if(jit, A64_LT, at_exit_zero(jit));
	if (to_x)
		header_length(jit, R0);
	else
		emit(jit, a64_op(A64_ORR, A, A64_ZR, R0));
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
		emit(jit, a64_load(2, A, A64_SP, SCRATCH_WORD(insn->k)));
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
		emit(jit, a64_load(2, X, A64_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_LEN:
		emit_field(jit, 2, X, SKB, jit->env->skb_len);
		break;
	}
}
