// SPDX-License-Identifier: GPL-2.0
/*
 * What classic BPF means, said a second time: an interpreter and a checker
 * that share nothing with the code under test but the numbers of the opcodes.
 */
#include "packet.h"

/* Reads big-endian bytes one by one; false if some of them do not exist. */
static bool fetch(const struct packet *p, const struct flat *flat, u32 k,
		  unsigned int size, u32 *value)
{
	s64 offset = (s32)k;
	unsigned int i;

	if (offset < 0) {
		if (offset >= -0x100000)
			offset += 0x100000 + p->network_offset;
		else if (offset >= -0x200000 && p->has_mac)
			offset += 0x200000 + p->mac_offset;
		else
			return false;
		if (offset < -HEADROOM)
			return false;
	}
	if (offset + size > p->len)
		return false;
	*value = 0;
	for (i = 0; i < size; i++)
		*value = *value << 8 | flat->bytes[HEADROOM + offset + i];
	return true;
}

static u32 swapped(u16 value)
{
	return (value & 0xff) << 8 | value >> 8;
}

/* Facts about a packet; false ends the program with what A already is. */
static bool ancillary(const struct packet *p, u32 field, u32 *a, u32 x)
{
	switch (field) {
	case 0:
		*a = swapped(p->protocol);
		return true;
	case 4:
		*a = p->pkt_type % 8;
		return true;
	case 8:
		if (p->dev)
			*a = p->dev->ifindex;
		return p->dev;
	case 12:
		*a = 0x12000000 + (*a ^ 3 * x);
		return true;
	case 16:
		*a = 0x16000000 - (*a ^ 5 * x);
		return true;
	case 20:
		*a = p->mark;
		return true;
	case 24:
		*a = p->queue;
		return true;
	case 28:
		if (p->dev)
			*a = p->dev->type;
		return p->dev;
	case 32:
		*a = p->hash;
		return true;
	case 36:
		*a = p->cpu;
		return true;
	case 40:
		*a ^= x;
		return true;
	case 44:
		*a = p->vlan_tci;
		return true;
	case 48:
		*a = p->vlan_all ? 1 : 0;
		return true;
	case 52:
		*a = p->len / 3;
		return true;
	case 56:
		*a = p->random;
		return true;
	default:
		*a = swapped(p->vlan_proto);
		return true;
	}
}

static bool arithmetic(u16 code, u32 *a, u32 operand)
{
	switch (code & 0xf0) {
	case 0x00:
		*a += operand;
		return true;
	case 0x10:
		*a -= operand;
		return true;
	case 0x20:
		*a *= operand;
		return true;
	case 0x30:
		if (operand)
			*a /= operand;
		return operand;
	case 0x40:
		*a |= operand;
		return true;
	case 0x50:
		*a &= operand;
		return true;
	case 0x60:
		*a <<= operand & 31;
		return true;
	case 0x70:
		*a >>= operand & 31;
		return true;
	case 0x80:
		*a = 0 - *a;
		return true;
	case 0x90:
		if (operand)
			*a %= operand;
		return operand;
	default:
		*a ^= operand;
		return true;
	}
}

static bool holds(u16 code, u32 a, u32 operand)
{
	switch (code & 0xf0) {
	case 0x10:
		return a == operand;
	case 0x20:
		return a > operand;
	case 0x30:
		return a >= operand;
	default:
		return a & operand;
	}
}

u32 interpret(const struct sock_filter *insn, const struct packet *p,
	      const struct flat *flat, u32 *steps)
{
	static const unsigned int sizes[] = { 4, 2, 1 };
	u32 a = 0, x = 0, mem[16] = { 0 };
	const struct sock_filter *i;

	for (;; insn++) {
		u32 operand;

		(*steps)++;
		i = insn;
		operand = i->code & 8 ? x : i->k;
		switch (i->code & 7) {
		case 0:
			switch (i->code & 0xe0) {
			case 0x00:
				a = i->k;
				break;
			case 0x20:
				if (i->k >= 0xfffff000) {
					if (!ancillary(p, i->k - 0xfffff000, &a, x))
						return a;
				} else if (!fetch(p, flat, i->k,
						  sizes[i->code >> 3 & 3], &a)) {
					return 0;
				}
				break;
			case 0x40:
				if (!fetch(p, flat, i->k + x,
					   sizes[i->code >> 3 & 3], &a))
					return 0;
				break;
			case 0x60:
				a = mem[i->k];
				break;
			default:
				a = p->len;
				break;
			}
			break;
		case 1:
			switch (i->code & 0xe0) {
			case 0x00:
				x = i->k;
				break;
			case 0x60:
				x = mem[i->k];
				break;
			case 0x80:
				x = p->len;
				break;
			default:
				if (!fetch(p, flat, i->k, 1, &x))
					return 0;
				x = x % 16 * 4;
				break;
			}
			break;
		case 2:
			mem[i->k] = a;
			break;
		case 3:
			mem[i->k] = x;
			break;
		case 4:
			if (!arithmetic(i->code, &a, operand))
				return 0;
			break;
		case 5:
			if ((i->code & 0xf0) == 0)
				insn += i->k;
			else
				insn += holds(i->code, a, operand) ? i->jt : i->jf;
			break;
		case 6:
			return i->code & 0x10 ? a : i->k;
		default:
			if (i->code & 0x80)
				a = x;
			else
				x = a;
			break;
		}
	}
}

static bool known_code(u16 code)
{
	static const u16 codes[] = {
		/* ld */
		0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x80, 0x00, 0x60,
		/* ldx, st, stx */
		0x01, 0x61, 0x81, 0xb1, 0x02, 0x03,
		/* alu */
		0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c,
		0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4,
		0xac,
		/* jmp */
		0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
		/* ret, misc */
		0x06, 0x16, 0x07, 0x87,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* Scratch words written when @pc is reached: what all ways there agree on. */
static u16 written_at(const struct sock_filter *insn, const u16 *after, int pc)
{
	u16 written = 0xffff;
	int from;

	if (pc == 0)
		return 0;
	for (from = 0; from < pc; from++) {
		const struct sock_filter *f = &insn[from];
		bool leads_here;

		if ((f->code & 7) != 5)
			leads_here = from + 1 == pc;
		else if ((f->code & 0xf0) == 0)
			leads_here = (u32)(pc - from - 1) == f->k;
		else
			leads_here = pc - from - 1 == f->jt ||
				     pc - from - 1 == f->jf;
		if (leads_here)
			written &= after[from];
	}
	return written;
}

bool reference_check(const struct sock_filter *insn, unsigned int len)
{
	static u16 after[BPF_MAXINSNS];
	unsigned int pc;

	if (len < 1 || len > 4096)
		return false;
	if (insn[len - 1].code != 0x06 && insn[len - 1].code != 0x16)
		return false;
	for (pc = 0; pc < len; pc++) {
		u16 code = insn[pc].code;
		u64 k = insn[pc].k;

		if (!known_code(code))
			return false;
		if ((code == 0x34 || code == 0x94) && k == 0)
			return false;
		if ((code == 0x64 || code == 0x74) && k > 31)
			return false;
		if ((code == 0x60 || code == 0x61 || code == 2 || code == 3) &&
		    k > 15)
			return false;
		if (code == 0x05 && pc + 1 + k >= len)
			return false;
		if ((code & 7) == 5 && code != 0x05 &&
		    (pc + 1 + insn[pc].jt >= len || pc + 1 + insn[pc].jf >= len))
			return false;
		if ((code == 0x20 || code == 0x28 || code == 0x30) &&
		    k >= 0xfffff000 && (k > 0xfffff03c || k & 3))
			return false;
	}
	for (pc = 0; pc < len; pc++) {
		u16 code = insn[pc].code, written = written_at(insn, after, pc);

		if ((code == 0x60 || code == 0x61) &&
		    !(written & 1 << insn[pc].k))
			return false;
		if (code == 2 || code == 3)
			written |= 1 << insn[pc].k;
		after[pc] = written;
	}
	return true;
}
