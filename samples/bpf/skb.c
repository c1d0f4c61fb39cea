// SPDX-License-Identifier: GPL-2.0
/*
 * What generated code needs to know of the kernel's packets, and the helpers
 * it calls for what it does not do itself.
 */
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/unaligned.h>
#include <net/netlink.h>

#include "jit_bpf.h"

/* Finds the payload of a packet: see pay_offset(). */
static struct bpf_prog *pay_offset_prog;

/*
 * Any load that the inline code leaves alone: bytes in fragments, bytes
 * that are found from a header, bytes that do not exist.
 */
static u64 load(const void *ctx, u32 k, u32 size)
{
	const struct sk_buff *skb = ctx;
	int offset = k;
	u8 bytes[4];

	if (offset < 0) {
		if (offset >= SKF_NET_OFF)
			offset += skb_network_offset(skb) - SKF_NET_OFF;
		else if (offset >= SKF_LL_OFF && skb_mac_header_was_set(skb))
			offset += skb_mac_offset(skb) - SKF_LL_OFF;
		else
			return -EFAULT;
	}
	if (skb_copy_bits(skb, offset, bytes, size))
		return -EFAULT;

	switch (size) {
	case 1:
		return bytes[0];
	case 2:
		return get_unaligned_be16(bytes);
	default:
		return get_unaligned_be32(bytes);
	}
}

/* The attributes from offset @a on; NULL if there is not one there. */
static struct nlattr *attributes(const struct sk_buff *skb, u32 a)
{
	if (skb_is_nonlinear(skb) || skb->len < sizeof(struct nlattr) ||
	    a > skb->len - sizeof(struct nlattr))
		return NULL;
	return (struct nlattr *)(skb->data + a);
}

static u64 offset_of_attribute(const struct sk_buff *skb,
			       const struct nlattr *attr)
{
	return attr ? (const u8 *)attr - skb->data : 0;
}

static u64 nlattr(const void *ctx, u32 a, u32 x)
{
	const struct sk_buff *skb = ctx;
	struct nlattr *first = attributes(skb, a);

	if (!first)
		return 0;
	return offset_of_attribute(skb, nla_find(first, skb->len - a, x));
}

static u64 nlattr_nest(const void *ctx, u32 a, u32 x)
{
	const struct sk_buff *skb = ctx;
	struct nlattr *nest = attributes(skb, a);

	if (!nest || !nla_ok(nest, skb->len - a))
		return 0;
	return offset_of_attribute(skb, nla_find_nested(nest, x));
}

/*
 * The kernel's flow dissector cannot be called from a module, but a filter
 * of two instructions gives away what it says.
 */
static u64 pay_offset(const void *ctx, u32 a, u32 x)
{
	return bpf_prog_run(pay_offset_prog, ctx);
}

static u64 cpu(const void *ctx, u32 a, u32 x)
{
	return raw_smp_processor_id();
}

static u64 random_number(const void *ctx, u32 a, u32 x)
{
	return get_random_u32();
}

static u32 divide(u32 a, u32 b)
{
	return a / b;
}

static const struct cbpf_env env = {
	.skb_len	= offsetof(struct sk_buff, len),
	.skb_data_len	= offsetof(struct sk_buff, data_len),
	.skb_data	= offsetof(struct sk_buff, data),
	.skb_dev	= offsetof(struct sk_buff, dev),
	.skb_protocol	= offsetof(struct sk_buff, protocol),
	.skb_pkt_type	= PKT_TYPE_OFFSET,
	.skb_mark	= offsetof(struct sk_buff, mark),
	.skb_queue	= offsetof(struct sk_buff, queue_mapping),
	.skb_hash	= offsetof(struct sk_buff, hash),
	.skb_vlan_tci	= offsetof(struct sk_buff, vlan_tci),
	.skb_vlan_all	= offsetof(struct sk_buff, vlan_all),
	.skb_vlan_proto	= offsetof(struct sk_buff, vlan_proto),
	.dev_ifindex	= offsetof(struct net_device, ifindex),
	.dev_type	= offsetof(struct net_device, type),
	.load		= load,
	.pay_offset	= pay_offset,
	.nlattr		= nlattr,
	.nlattr_nest	= nlattr_nest,
	.cpu		= cpu,
	.random		= random_number,
	.divide		= divide,
};

int jit_bpf_skb_init(void)
{
	struct sock_filter insn[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PAY_OFFSET),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog_kern prog = {
		.len = ARRAY_SIZE(insn),
		.filter = insn,
	};

	return bpf_prog_create(&pay_offset_prog, &prog);
}

void jit_bpf_skb_exit(void)
{
	bpf_prog_destroy(pay_offset_prog);
}

const struct cbpf_env *jit_bpf_skb_env(void)
{
	return &env;
}
