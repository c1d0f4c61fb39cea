// SPDX-License-Identifier: GPL-2.0
/*
 * Host test of the classic BPF compiler in samples/bpf: it runs the machine
 * code in this process and compares every result with an interpreter.
 *
 * Usage: test_cbpf [seed]
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "generate.h"
#include "packet.h"
#include "runner.h"
#include "runner_arch.h"

#define PROGRAMS	200000
#define INPUTS		5
#define DAMAGED		20000

static struct cbpf_prog prog;
static struct packet packet;
static struct flat flat;
static unsigned int nr_tests, nr_failed;

static void report(bool ok, const char *name)
{
	printf("%s %u - %s\n", ok ? "ok" : "not ok", ++nr_tests, name);
	fflush(stdout);
	nr_failed += !ok;
}

static bool complain(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return false;
}

static void show_prog(void)
{
	unsigned int i;

	printf("# program: %u", prog.len);
	for (i = 0; i < prog.len && i < 100; i++)
		printf(",%u %u %u %u", prog.insn[i].code, prog.insn[i].jt,
		       prog.insn[i].jf, prog.insn[i].k);
	printf("\n");
}

static bool compile(bool with_thunk)
{
	struct cbpf_error err;

	if (cbpf_check(&prog, &err)) {
		show_prog();
		return complain("good program refused: %d: %s", err.insn,
				err.why);
	}
	if (!runner_compile(&prog, with_thunk)) {
		show_prog();
		return complain("%s", runner_fault());
	}
	return true;
}

static bool agree(void)
{
	u32 steps = 0, expected = interpret(prog.insn, &packet, &flat, &steps);
	u64 got = runner_run(&packet);

	if (got == expected)
		return true;
	show_prog();
	return complain("len %u, %u of it inline: expected %u, got %s%u",
			packet.len, packet.len - packet.data_len, expected,
			got == CRASHED ? "a crash, not " : "", (u32)got);
}

static void test_random(void)
{
	unsigned int programs, inputs, nonzero = 0;
	u64 steps = 0;
	bool ok = true;

	for (programs = 0; ok && programs < PROGRAMS; programs++) {
		generate_valid(&prog, 1 + below(programs % 50 ? 60 : 1500));
		ok = compile(programs & 1);
		for (inputs = 0; ok && inputs < INPUTS; inputs++) {
			u32 n = 0;

			packet_random(&packet, &flat);
			ok = agree();
			nonzero += interpret(prog.insn, &packet, &flat, &n) != 0;
			steps += n;
		}
	}
	printf("# figure: programs=%u comparisons=%u matches=%u instructions=%llu\n",
	       programs, programs * INPUTS, nonzero, (unsigned long long)steps);
	report(ok, "random programs");
	report(ok && nonzero > PROGRAMS * INPUTS / 10 &&
	       steps > 5 * PROGRAMS * INPUTS,
	       "random programs do something");
}

static void begin(void)
{
	prog.len = 0;
}

static void add(u16 code, u8 jt, u8 jf, u32 k)
{
	prog.insn[prog.len++] = (struct sock_filter){ code, jt, jf, k };
}

static const u32 operands[] = {
	0, 1, 2, 3, 7, 31, 32, 33, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff,
	0x10000, 0x12345678, 0x7fffffff, 0x80000000, 0x80000001, 0xffffff7f,
	0xffffff80, 0xfffffffe, 0xffffffff,
};

#define NR_OPERANDS	ARRAY_SIZE(operands)

static bool check_pair(u16 code, u32 a, u32 k)
{
	bool by_x = code & BPF_X;

	begin();
	add(BPF_LDX | BPF_IMM, 0, 0, by_x ? k : 99);
	add(BPF_LD | BPF_IMM, 0, 0, a);
	if (BPF_CLASS(code) == BPF_JMP) {
		add(code, 0, 1, by_x ? 77 : k);
		add(BPF_RET | BPF_K, 0, 0, 1);
		add(BPF_RET | BPF_K, 0, 0, 2);
	} else {
		add(code, 0, 0, by_x ? 0 : k);
		add(BPF_RET | BPF_A, 0, 0, 0);
	}
	return compile(false) && agree();
}

static void test_arithmetic(void)
{
	u16 op, src;
	u32 a, k, nr = 0;
	bool ok = true;

	for (op = 0; op <= BPF_XOR; op += 0x10) {
		for (src = BPF_K; src <= BPF_X; src += BPF_X) {
			if (op == BPF_NEG && src == BPF_X)
				continue;
			for (a = 0; a < NR_OPERANDS; a++) {
				for (k = 0; k < NR_OPERANDS; k++) {
					if (src == BPF_K && operands[k] == 0 &&
					    (op == BPF_DIV || op == BPF_MOD))
						continue;
					if (src == BPF_K && operands[k] > 31 &&
					    (op == BPF_LSH || op == BPF_RSH))
						continue;
					ok &= check_pair(BPF_ALU | op | src,
							 operands[a], operands[k]);
					nr++;
				}
			}
		}
	}
	printf("# figure: arithmetic=%u\n", nr);
	report(ok, "every arithmetic operation at its edges");
}

static void test_branches(void)
{
	u16 op, src;
	u32 a, k, nr = 0;
	bool ok = true;

	for (op = BPF_JEQ; op <= BPF_JSET; op += 0x10) {
		for (src = BPF_K; src <= BPF_X; src += BPF_X) {
			for (a = 0; a < NR_OPERANDS; a++) {
				for (k = 0; k < NR_OPERANDS; k++) {
					ok &= check_pair(BPF_JMP | op | src,
							 operands[a], operands[k]);
					nr++;
				}
			}
		}
	}
	printf("# figure: branches=%u\n", nr);
	report(ok, "every comparison at its edges");
}

/* Both ways of a jump over code whose length makes it short, then near. */
static void test_distances(void)
{
	unsigned int jt, jf, i, a;
	bool ok = true;

	for (jt = 0; ok && jt < 256; jt += jt < 70 ? 1 : 31) {
		for (jf = 0; ok && jf < 256; jf += jf < 70 ? 3 : 37) {
			for (a = 0; ok && a < 2; a++) {
				begin();
				add(BPF_LD | BPF_IMM, 0, 0, a);
				add(BPF_JMP | BPF_JEQ | BPF_K, jt, jf, 1);
				for (i = 0; i < 257; i++)
					add(BPF_ALU | BPF_ADD | BPF_K, 0, 0, 3);
				add(BPF_RET | BPF_A, 0, 0, 0);
				ok = compile(false) && agree();
			}
		}
	}
	for (jt = 0; ok && jt < 4000; jt += jt < 70 ? 1 : 997) {
		begin();
		add(BPF_JMP | BPF_JA, 0, 0, jt);
		for (i = 0; i < 4000; i++)
			add(BPF_ALU | BPF_ADD | BPF_K, 0, 0, 3);
		add(BPF_RET | BPF_A, 0, 0, 0);
		ok = compile(false) && agree();
	}
	report(ok, "short and near jumps");
}

static bool check_load(u16 code, u32 x, u32 k)
{
	begin();
	add(BPF_LDX | BPF_IMM, 0, 0, x);
	add(BPF_LD | BPF_IMM, 0, 0, 0x5a5a5a5a);
	add(code, 0, 0, k);
	if (BPF_CLASS(code) == BPF_LDX) {
		/* The load must have left A alone. */
		add(BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0);
	}
	add(BPF_RET | BPF_A, 0, 0, 0);
	return compile(false) && agree();
}

/* Every size at every offset of packets, whole, split, and not there. */
static void test_loads(void)
{
	static const u16 codes[] = {
		BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS,
		BPF_LD | BPF_B | BPF_ABS, BPF_LD | BPF_W | BPF_IND,
		BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH,
	};
	static const u32 far[] = {
		0x7ffffffb, 0x7ffffffc, 0x7ffffffd, 0x7ffffffe, 0x7fffffff,
		0x80000000, 0x80000001, (u32)SKF_LL_OFF - 1, (u32)SKF_LL_OFF,
		(u32)SKF_LL_OFF + 12, (u32)SKF_LL_OFF + 14, (u32)SKF_LL_OFF + 40,
		(u32)SKF_NET_OFF - 1, (u32)SKF_NET_OFF, (u32)SKF_NET_OFF + 9,
		(u32)SKF_NET_OFF + 26, (u32)SKF_NET_OFF + 40, 0xffffefff,
		0xffffff00, 0xfffffffc, 0xfffffffd, 0xfffffffe, 0xffffffff,
	};
	unsigned int c, k, len, headlen, nr = 0;
	bool ok = true;

	for (len = 0; len <= 40; len += len < 6 ? 1 : 17) {
		for (headlen = 0; headlen <= len; headlen++) {
			packet_shape(&packet, &flat, headlen, len);
			for (c = 0; c < 7; c++) {
				bool by_x = BPF_MODE(codes[c]) == BPF_IND;

				for (k = 0; k < len + 6; k++, nr += 2) {
					ok &= check_load(codes[c], 0, k);
					ok &= check_load(codes[c], by_x ? k : 0,
							 by_x ? 0 : k);
				}
				for (k = 0; k < sizeof(far) / 4; k++, nr += 2) {
					u32 at = far[k];

					/* Up there are the ancillary loads. */
					if (at >= (u32)SKF_AD_OFF && c < 3)
						continue;
					ok &= check_load(codes[c], 0, at);
					if (by_x)
						ok &= check_load(codes[c], at + 5, -5);
				}
			}
		}
	}
	printf("# figure: loads=%u\n", nr);
	report(ok, "every load at every offset");
}

static void test_ancillary(void)
{
	static const u16 sizes[] = { BPF_W, BPF_H, BPF_B };
	unsigned int field, size, i;
	bool ok = true;

	for (i = 0; i < 200; i++) {
		packet_random(&packet, &flat);
		for (size = 0; size < 3; size++)
			for (field = 0; field < SKF_AD_MAX; field += 4)
				ok &= check_load(BPF_LD | BPF_ABS | sizes[size],
						 rnd_value(), SKF_AD_OFF + field);
		ok &= check_load(BPF_LD | BPF_LEN, 0, 0);
		ok &= check_load(BPF_LDX | BPF_LEN, 0, 0);
	}
	report(ok, "every ancillary load");
}

static void test_scratch(void)
{
	unsigned int i;
	bool ok;

	begin();
	for (i = 0; i < BPF_MEMWORDS; i++) {
		add(BPF_LD | BPF_IMM, 0, 0, 1 << i);
		add(i & 1 ? BPF_ST : BPF_STX, 0, 0, i);
		add(BPF_MISC | BPF_TAX, 0, 0, 0);
	}
	/* A helper call in between, which saves A, must not touch them. */
	add(BPF_LD | BPF_IMM, 0, 0, 0x77777777);
	add(BPF_LDX | BPF_MSH | BPF_B, 0, 0, SKF_NET_OFF);
	add(BPF_LD | BPF_IMM, 0, 0, 0);
	for (i = 0; i < BPF_MEMWORDS; i++) {
		add(BPF_LDX | BPF_MEM, 0, 0, i);
		add(BPF_ALU | BPF_MUL | BPF_K, 0, 0, 7);
		add(BPF_ALU | BPF_XOR | BPF_X, 0, 0, 0);
		add(BPF_ST, 0, 0, i);
		add(BPF_LD | BPF_MEM, 0, 0, i);
	}
	add(BPF_RET | BPF_A, 0, 0, 0);
	packet_shape(&packet, &flat, 60, 60);
	packet.network_offset = 14;
	ok = compile(false) && agree();
	report(ok, "scratch memory");
}

static void test_longest(void)
{
	unsigned int i;
	bool ok;

	begin();
	for (i = 0; i + 1 < BPF_MAXINSNS; i++)
		add(BPF_LD | BPF_W | BPF_ABS, 0, 0, i % 60);
	add(BPF_RET | BPF_A, 0, 0, 0);
	packet_shape(&packet, &flat, 64, 64);
	ok = compile(true) && agree();
	packet_shape(&packet, &flat, 3, 64);
	ok = ok && agree();
	packet_shape(&packet, &flat, 60, 60);
	ok = ok && agree();
	report(ok, "the longest program");
}

/*
 * As many instructions, each with the most code that one can have: jumps to the
 * out-of-line parts and to the end are as far as they get.
 */
static void test_most_code(void)
{
	static const u16 codes[] = {
		BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_W | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH,
	};
	size_t size, most = 0;
	unsigned int c, i;
	bool ok = true;

	packet_shape(&packet, &flat, 64, 64);
	packet.network_offset = 14;
	for (c = 0; c < ARRAY_SIZE(codes); c++) {
		/* No such bytes, so that the first one ends it. */
		begin();
		for (i = 0; i + 1 < BPF_MAXINSNS; i++)
			add(codes[c], 0, 0, 0x12345678);
		add(BPF_RET | BPF_K, 0, 0, 1);
		ok &= compile(true) && agree();
		runner_code(&size);
		most = size > most ? size : most;

		/* Jumped over to the last, which ends it. */
		prog.insn[0] = (struct sock_filter){ BPF_JMP | BPF_JA, 0, 0,
						     BPF_MAXINSNS - 3 };
		ok &= compile(true) && agree();

		/* All run, each to its out-of-line part and back. */
		begin();
		for (i = 0; i + 1 < BPF_MAXINSNS; i++)
			add(codes[c], 0, 0, SKF_NET_OFF + 20);
		prog.insn[BPF_MAXINSNS - 2] = (struct sock_filter){
			BPF_ALU | BPF_XOR | BPF_X, 0, 0, 0 };
		add(BPF_RET | BPF_A, 0, 0, 0);
		ok &= compile(false) && agree();
	}
	printf("# figure: most_code=%zu\n", most);
	report(ok, "the most code");
}

/* The same code, wherever it is placed, as long as its helpers are near. */
static void test_reach(void)
{
	begin();
	add(BPF_LD | BPF_W | BPF_ABS, 0, 0, 0);
	add(BPF_RET | BPF_A, 0, 0, 0);
	report(runner_reach(&prog),
	       "code too far from its helpers is refused");
}

static void test_damaged(void)
{
	unsigned int i, refused = 0, passed = 0;
	bool ok = true;

	for (i = 0; ok && i < DAMAGED; i++) {
		struct cbpf_error err;
		bool bad, good;

		generate_damaged(&prog, 1 + below(40));
		bad = cbpf_check(&prog, &err);
		good = reference_check(prog.insn, prog.len);
		if (bad == good) {
			show_prog();
			ok = complain("%s: %d: %s", bad ? "refused" : "let through",
				      err.insn, bad ? err.why : "bad");
		}
		refused += bad;
		passed += !bad;
		if (bad)
			continue;
		packet_random(&packet, &flat);
		ok = compile(false) && agree();
	}
	printf("# figure: refused=%u accepted=%u\n", refused, passed);
	report(ok && refused >= 500 && passed >= 500,
	       "damaged programs are refused, and only those");
}

/* Every opcode there can be, with harmless operands. */
static void test_opcodes(void)
{
	unsigned int code, accepted = 0;
	struct cbpf_error err;
	bool ok = true;

	for (code = 0; code < 0x10000; code++) {
		bool good;

		begin();
		add(BPF_ST, 0, 0, 1);
		add(code, 0, 0, 1);
		add(BPF_RET | BPF_K, 0, 0, 1);
		add(BPF_RET | BPF_K, 0, 0, 1);
		good = !cbpf_check(&prog, &err);
		if (good != reference_check(prog.insn, prog.len))
			ok = complain("opcode %#x", code);
		if (!good && (err.insn != 1 || !err.why))
			ok = complain("opcode %#x blamed on %d", code, err.insn);
		accepted += good;
	}
	printf("# figure: opcodes=%u\n", accepted);
	report(ok && accepted == 49, "every opcode");
}

static const char * const malformed[] = {
	"", " ", "\n", ",", "x", "-1", "0", "0\n", "1", "1\n", "1,", "1 6 0 0 0",
	"1,6", "1,6 0", "1,6 0 0", "1,6 0 0 ", "1,6 0 0 x", "1,6 0 0 0 0",
	"1,6 0 0 0,,", "1,6 0 0 0,6 0 0 0", "1,6 0 0 0 6 0 0 0", "1,6,0,0,0",
	"2,6 0 0 0", "2,6 0 0 0,", "2,6 0 0 0,x", "1,65536 0 0 0",
	"1,65542 0 0 0", "1,6 256 0 0", "1,6 0 256 0", "1,6 0 0 4294967296",
	"1,6 0 0 99999999999999999999999999", "1,6 0 0 -1", "1,6 0 0 0x10",
	"1,0x6 0 0 0", "1,6 0 0 1.5", "1,+6 0 0 0", "4097,6 0 0 0",
	"99999999999,6 0 0 0", "18446744073709551617,6 0 0 0", "1;6 0 0 0",
	"1,6 0 0 0;", "1,6 0 0 0 #", "(000) ret #0", "1,6 0 0 0\n\n",
	"\n1,6 0 0 0", "1\n\n6 0 0 0", "01x,6 0 0 0",
	/* Well-formed text of programs that are not. */
	"1,0 0 0 0", "1,7 0 0 0", "1,5 0 0 0", "1,14 0 0 0", "1,22 0 0 0,",
	"2,6 0 0 0,0 0 0 0", "2,21 1 0 0,6 0 0 0", "2,21 0 1 0,6 0 0 0",
	"2,5 0 0 1,6 0 0 0", "2,5 0 0 4294967295,6 0 0 0", "2,52 0 0 0,6 0 0 0",
	"2,148 0 0 0,6 0 0 0", "2,100 0 0 32,6 0 0 0", "2,116 0 0 32,6 0 0 0",
	"2,96 0 0 0,6 0 0 0", "2,97 0 0 15,6 0 0 0", "2,2 0 0 16,6 0 0 0",
	"2,3 0 0 16,6 0 0 0", "3,2 0 0 0,96 0 0 1,6 0 0 0",
	"4,21 1 0 0,2 0 0 0,96 0 0 0,6 0 0 0", "2,48 0 0 4294963265,6 0 0 0",
	"2,40 0 0 4294963264,6 0 0 0", "2,32 0 0 4294967295,6 0 0 0",
	"2,56 0 0 0,6 0 0 0", "2,24 0 0 0,6 0 0 0", "2,33 0 0 0,6 0 0 0",
	"2,161 0 0 0,6 0 0 0", "2,140 0 0 0,6 0 0 0", "2,180 0 0 1,6 0 0 0",
	"2,13 0 0 0,6 0 0 0", "2,85 0 0 0,6 0 0 0", "2,262 0 0 0,6 0 0 0",
};

static void test_malformed(void)
{
	unsigned int nr = ARRAY_SIZE(malformed), i;
	struct cbpf_error err;
	bool ok = true;

	for (i = 0; i < nr; i++) {
		const char *text = malformed[i];

		/* One exception, to see that the list is read: it is good. */
		if (!strcmp(text, "1,22 0 0 0,"))
			continue;
		err.why = NULL;
		if (cbpf_parse(&prog, text, strlen(text), &err) == 0 &&
		    cbpf_check(&prog, &err) == 0)
			ok = complain("let through: %s", text);
		else if (!err.why)
			ok = complain("no reason for: %s", text);
	}
	printf("# figure: malformed=%u\n", nr - 1);
	report(ok, "malformed texts are refused");
}

static void test_text(void)
{
	static const char * const good[] = {
		"1,6 0 0 0", "1\n6 0 0 0\n", "1,6 0 0 0,", " 1 , 6\t0 0 0 \r\n",
		"1\r\n6 0 0 4294967295\r\n", "1,22 0 0 0,", "001,06 0 0 0",
		"2,40 0 0 12,6 0 0 262144",
	};
	/* "4096\n", and 4096 times "65535 255 255 4294967295\n" */
	static char text[5 + BPF_MAXINSNS * 25 + 1];
	static struct cbpf_prog copy;
	struct cbpf_error err;
	unsigned int i, round;
	bool ok = true;
	int len;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (cbpf_parse(&prog, good[i], strlen(good[i]), &err) ||
		    cbpf_check(&prog, &err))
			ok = complain("refused: %s: %s", good[i], err.why);

	for (round = 0; ok && round < 300; round++) {
		generate_valid(&copy, round ? 1 + below(200) : BPF_MAXINSNS);
		len = sprintf(text, "%u\n", copy.len);
		for (i = 0; i < copy.len; i++)
			len += sprintf(text + len, "%u %u %u %u\n",
				       copy.insn[i].code, copy.insn[i].jt,
				       copy.insn[i].jf, copy.insn[i].k);
		ok = !cbpf_parse(&prog, text, len, &err) &&
		     prog.len == copy.len &&
		     !memcmp(prog.insn, copy.insn, copy.len * sizeof(*copy.insn));
		/* Without its last number it is not a program. */
		len -= 2 + (copy.insn[copy.len - 1].k > 9);
		while (text[len - 1] != ' ')
			len--;
		ok = ok && cbpf_parse(&prog, text, len, &err) == -EINVAL;
	}
	report(ok, "the text form");
}

/* Reads @text in parts of at most @most bytes, 0 for random ones. */
static int parse_parts(const char *text, size_t len, size_t most,
		       struct cbpf_error *err, size_t *refused_at)
{
	struct cbpf_parser p;
	size_t done = 0;

	cbpf_parse_begin(&p, &prog);
	while (done < len) {
		size_t now = most ?: 1 + below(40);

		if (now > len - done)
			now = len - done;
		if (cbpf_parse_part(&p, text + done, now, err)) {
			*refused_at = done + now;
			/* It stays refused. */
			if (!cbpf_parse_part(&p, " ", 1, err) ||
			    !cbpf_parse_end(&p, err))
				complain("taken after all: %s", text);
			return -EINVAL;
		}
		done += now;
	}
	*refused_at = len + 1;
	return cbpf_parse_end(&p, err);
}

/* A text in parts is what it is as a whole, however it is cut. */
static void test_parts(void)
{
	/* What can be no program any more, and by which byte that is known */
	static const struct {
		const char *text;
		size_t byte;
	} early[] = {
		{ "4097", 4 }, { "99999999999", 4 }, { "x", 1 }, { "1,6 0 x", 7 },
		{ "1,65536", 7 }, { "1,6 256", 7 }, { "1,6 0 0 4294967296", 18 },
		{ "1,6 0 0 0,x", 11 }, { "1,6 0 0 0\n\n", 11 }, { "1 1", 3 },
		{ "1,6 0 0 0 0", 11 }, { "1,6,", 4 }, { "1-", 2 },
	};
	struct cbpf_error err;
	size_t i, cut, at;
	bool ok = true;

	for (i = 0; i < ARRAY_SIZE(malformed); i++) {
		const char *text = malformed[i];
		size_t len = strlen(text);
		int whole = cbpf_parse(&prog, text, len, &err);

		for (cut = 0; cut <= len; cut++)
			if (parse_parts(text, len, cut, &err, &at) != whole)
				ok = complain("in parts of %zu: %s", cut, text);
	}
	for (i = 0; i < ARRAY_SIZE(early); i++)
		if (!parse_parts(early[i].text, strlen(early[i].text), 1, &err,
				 &at) || at != early[i].byte)
			ok = complain("refused at %zu: %s", at, early[i].text);
	if (!cbpf_parse(&prog, "4097,", 5, &err) || !strstr(err.why, "4096"))
		ok = complain("the limit is not told: %s", err.why);
	report(ok, "the text form in parts");
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20230601;

	runner_init();
	packets_init();
	rnd_seed(seed);
	packet_random(&packet, &flat);

	printf("TAP version 13\n1..16\n# seed %llu\n", (unsigned long long)seed);
	test_random();
	test_arithmetic();
	test_branches();
	test_distances();
	test_loads();
	test_ancillary();
	test_scratch();
	test_longest();
	test_most_code();
	test_reach();
	test_damaged();
	test_opcodes();
	test_malformed();
	test_text();
	test_parts();
	printf("# Totals: pass:%u fail:%u\n", nr_tests - nr_failed, nr_failed);
	return nr_failed ? 1 : 0;
}
