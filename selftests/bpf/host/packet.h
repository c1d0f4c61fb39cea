/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for the host tests: a descriptor with the fields that a filter can
 * ask for, some bytes at its data pointer, and the rest somewhere else.
 */
#ifndef _SELFTESTS_BPF_PACKET_H
#define _SELFTESTS_BPF_PACKET_H

#include "cbpf.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define HEADROOM	64
#define PACKET_MAX	512

struct device {
	u64		pad;
	u32		ifindex;
	u16		type;
};

/*
 * The order is nobody's: the code generator has to use the offsets. The bytes
 * at @data are followed by a page that faults.
 */
struct packet {
	u16		queue;
	u8		pad0;
	u8		pkt_type;
	u32		data_len;
	u32		mark;
	u32		hash;
	struct device	*dev;
	u16		protocol;
	u16		vlan_tci;
	u16		vlan_proto;
	u16		pad1;
	u32		vlan_all;
	u32		len;
	u8		*data;
	/* Below: for the helpers and for the interpreter. */
	u8		rest[PACKET_MAX];
	int		network_offset;
	int		mac_offset;
	bool		has_mac;
	u32		cpu;
	u32		random;
};

/* All bytes of a packet in a row, from HEADROOM in front of it. */
struct flat {
	u8		bytes[HEADROOM + PACKET_MAX];
};

void packets_init(void);
void packet_random(struct packet *p, struct flat *flat);
void packet_shape(struct packet *p, struct flat *flat, u32 headlen, u32 len);

/* xorshift; the seed is printed, so a failure can be repeated. */
u64 rnd(void);
u32 below(u32 n);
void rnd_seed(u64 seed);

/* Constants at which arithmetic and offsets turn over. */
u32 rnd_value(void);

u32 interpret(const struct sock_filter *insn, const struct packet *p,
	      const struct flat *flat, u32 *steps);
bool reference_check(const struct sock_filter *insn, unsigned int len);

#endif /* _SELFTESTS_BPF_PACKET_H */
