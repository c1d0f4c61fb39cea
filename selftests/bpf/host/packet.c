// SPDX-License-Identifier: GPL-2.0
/*
 * Random packets, and packets of a given shape.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "packet.h"

#define PAGE	4096

static u64 state;
static u8 *guard;
static struct device loopback = { .ifindex = 1, .type = 772 };
static struct device ethernet = { .ifindex = 0x80000002, .type = 0xfffe };

void rnd_seed(u64 seed)
{
	state = seed ? seed : 1;
}

u64 rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

u32 below(u32 n)
{
	return (rnd() >> 11) % n;
}

u32 rnd_value(void)
{
	static const u32 edges[] = {
		0, 1, 2, 3, 4, 14, 15, 16, 31, 32, 33, 63, 64, 127, 128, 129,
		255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7ffffffb,
		0x7ffffffc, 0x7ffffffd, 0x7ffffffe, 0x7fffffff, 0x80000000,
		0x80000001, 0xffffff7f, 0xffffff80, 0xffffffff,
	};

	switch (below(4)) {
	case 0:
		return rnd();
	case 1:
		return below(80);
	default:
		return edges[below(ARRAY_SIZE(edges))];
	}
}

/* One page of bytes, and nothing behind it. */
void packets_init(void)
{
	u8 *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + PAGE, PAGE, PROT_NONE)) {
		perror("mmap");
		exit(1);
	}
	guard = map + PAGE;
}

static void fill_fields(struct packet *p)
{
	p->queue = rnd();
	p->pkt_type = rnd();
	p->mark = rnd_value();
	p->hash = rnd_value();
	p->dev = below(8) ? (below(2) ? &loopback : &ethernet) : NULL;
	p->protocol = rnd();
	p->vlan_all = below(2) ? rnd_value() : 0;
	p->vlan_tci = p->vlan_all;
	p->vlan_proto = p->vlan_all >> 16;
	p->network_offset = below(3) ? 14 : (int)below(32) - 16;
	p->mac_offset = below(3) ? 0 : -14;
	p->has_mac = below(8);
	p->cpu = below(4);
	p->random = rnd();
}

/* A packet of @len bytes, the first @headlen of them at its data pointer. */
void packet_shape(struct packet *p, struct flat *flat, u32 headlen, u32 len)
{
	u32 i;

	for (i = 0; i < sizeof(flat->bytes); i++)
		flat->bytes[i] = rnd();
	fill_fields(p);
	p->len = len;
	p->data_len = len - headlen;
	p->data = guard - headlen;
	memcpy(p->data - HEADROOM, flat->bytes, HEADROOM + headlen);
	memcpy(p->rest, flat->bytes + HEADROOM + headlen, len - headlen);
}

void packet_random(struct packet *p, struct flat *flat)
{
	u32 len = below(4) ? 40 + below(120) : below(PACKET_MAX);
	u32 headlen = below(3) ? len : below(len + 1);

	packet_shape(p, flat, headlen, len);
}
