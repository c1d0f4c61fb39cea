/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classic BPF to machine code: what the back ends have in common. Each is a
 * directory.
 */
#ifndef _SAMPLES_BPF_CBPF_JIT_H
#define _SAMPLES_BPF_CBPF_JIT_H

#include <linux/jit_emit.h>

#include "cbpf.h"

/**
 * struct cbpf_env - the place where generated code will run
 *
 * What the code generator has to know of a packet and of its surroundings.
 * Where calls are direct, functions must be within reach of the code.
 *
 * A helper is "u64 helper(const void *skb, u32 a, u32 x)" and returns what
 * becomes A. @load gets an offset and a size in bytes (1, 2 or 4) and returns
 * the value in host order, or a negative number if the packet has no such
 * bytes.
 *
 * @skb_len: offset of the packet's length in its descriptor, 32 bits
 * @skb_data_len: offset of the number of bytes that are not at @skb_data, 32
 *	bits
 * @skb_data: offset of the pointer to the bytes of the packet
 * @skb_dev: offset of the pointer to the device
 * @skb_protocol: offset of the protocol, 16 bits, network order
 * @skb_pkt_type: offset of the byte whose low three bits are the packet type
 * @skb_mark: offset of the mark, 32 bits
 * @skb_queue: offset of the queue number, 16 bits
 * @skb_hash: offset of the flow hash, 32 bits
 * @skb_vlan_tci: offset of the VLAN tag, 16 bits
 * @skb_vlan_all: offset of 32 bits that are 0 if there is no VLAN tag
 * @skb_vlan_proto: offset of the VLAN protocol, 16 bits, network order
 * @dev_ifindex: offset of the index in a device, 32 bits
 * @dev_type: offset of the hardware type in a device, 16 bits
 * @load: the helper that reads a packet wherever its bytes are
 * @pay_offset: the helper for %SKF_AD_PAY_OFFSET
 * @nlattr: the helper for %SKF_AD_NLATTR
 * @nlattr_nest: the helper for %SKF_AD_NLATTR_NEST
 * @cpu: the helper for %SKF_AD_CPU
 * @random: the helper for %SKF_AD_RANDOM
 * @divide: "u32 divide(u32 a, u32 b)", for processors that cannot; b is
 *	not 0
 */
struct cbpf_env {
	u32	skb_len;
	u32	skb_data_len;
	u32	skb_data;
	u32	skb_dev;
	u32	skb_protocol;
	u32	skb_pkt_type;
	u32	skb_mark;
	u32	skb_queue;
	u32	skb_hash;
	u32	skb_vlan_tci;
	u32	skb_vlan_all;
	u32	skb_vlan_proto;
	u32	dev_ifindex;
	u32	dev_type;
	const void *load;
	const void *pay_offset;
	const void *nlattr;
	const void *nlattr_nest;
	const void *cpu;
	const void *random;
	const void *divide;
};

/* Two ends, and for each instruction its code and its out-of-line part. */
#define CBPF_LABELS	(2 * BPF_MAXINSNS + 2)

/**
 * struct cbpf_jit - one compilation
 *
 * Too big for a stack. Nothing but @prog and @env is for the caller.
 *
 * @prog: program that passed cbpf_check()
 * @env: where the code will run
 * @e: the code, which is only measured at first
 * @frozen: which jumps are short is settled, where they can be
 * @known: offsets of labels as the last walk found them
 * @label: offsets of labels, found in this walk
 * @short_jumps: which jumps of an instruction are short, one bit each
 */
struct cbpf_jit {
	const struct cbpf_prog	*prog;
	const struct cbpf_env	*env;
	struct jit_emit		e;
	bool			frozen;
	u32			known[CBPF_LABELS];
	u32			label[CBPF_LABELS];
	u8			short_jumps[BPF_MAXINSNS];
};

/* A compiled program: gets a packet, returns what the filter returns. */
typedef u32 (*cbpf_func)(const void *skb);

size_t cbpf_measure(struct cbpf_jit *jit, const struct cbpf_prog *prog,
		    const struct cbpf_env *env);
int cbpf_emit(struct cbpf_jit *jit, u8 *out, const void *addr);

#endif /* _SAMPLES_BPF_CBPF_JIT_H */
