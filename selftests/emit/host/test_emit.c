// SPDX-License-Identifier: GPL-2.0
/*
 * <linux/jit_emit.h> in user space: what it writes is run here, by every register
 * and in every form that a kernel may want; then its limits: buffers that are too
 * short, mistakes, and the last address that a branch reaches.
 *
 * Prints "ok NAME" or "not ok NAME", and "# branch FROM TO BYTES" for the script,
 * which asks objdump where each goes.
 */
#include "machine.h"

#define ANSWER		0x5eed

typedef u32 (*emit_fn)(void);

static unsigned int calls;
static u8 buf[TEXT_SIZE];

static u32 answer(void)
{
	calls++;
	return ANSWER;
}

static bool gives(const struct jit_emit *e, u32 value, unsigned int nr)
{
	calls = 0;
	if (!machine_write(e) || sigsetjmp(before_run, 1))
		return false;
	return ((emit_fn)text)() == value && calls == nr;
}

/* Memory is not always as near to this program as x86 needs it. */
static bool is_too_far(const struct jit_emit *e, bool far)
{
#ifdef __x86_64__
	return !far && e->err == -ERANGE &&
	       labs((long)((u8 *)answer - text)) > INT32_MAX - TEXT_SIZE;
#else
	(void)far;
	return false;
#endif
}

static void test_functions(void)
{
	struct jit_emit e;
	const void *first;
	bool ok;
	int far;

	jit_emit_init(&e, buf, sizeof(buf), text);
	piece_constant(&e, 42);
	report(gives(&e, 42, 0), "a function returns");

	for (far = 0, ok = true; far < 2; far++) {
		jit_emit_init(&e, buf, sizeof(buf), text);
		piece_call(&e, (void *)answer, far);
		ok &= is_too_far(&e, far) || gives(&e, ANSWER, 1);
	}
	report(ok, "it calls one of C");
	for (far = 0, ok = true; far < 2; far++) {
		jit_emit_init(&e, buf, sizeof(buf), text);
		piece_jump(&e, (void *)answer, far);
		ok &= is_too_far(&e, far) || gives(&e, ANSWER, 1);
	}
	report(ok, "it goes on in one");

	for (far = 0, ok = true; far < 2; far++) {
		jit_emit_init(&e, buf, sizeof(buf), text);
		jit_emit_jump(&e, text + 64);
		jit_emit_align(&e, 32);
		first = jit_emit_here(&e);
		piece_constant(&e, 7);
		jit_emit_align(&e, 64);
		ok &= jit_emit_here(&e) == text + 64;
		if (far)
			piece_jump(&e, first, false);
		else
			piece_call(&e, first, false);
		ok &= gives(&e, 7, 0);
	}
	report(ok, "one calls, and goes on in, another");

	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_trap(&e);
	jit_emit_return(&e);
	machine_write(&e);
	ok = sigsetjmp(before_run, 1);
	if (!ok)
		((emit_fn)text)();
	report(ok, "a trap traps");
}

static void test_registers(enum machine_kind kind)
{
	unsigned int reg;
	bool ok = true;
	char name[80];

	for (reg = 0; reg < PIECE_REGS; reg++) {
		struct jit_emit e;
		size_t landing;

		if (!piece_is_reg(reg))
			continue;
		jit_emit_init(&e, buf, sizeof(buf), text);
		piece_indirect_call(&e, reg, (void *)answer);
		if (!gives(&e, ANSWER, 1)) {
			printf("# no call by register %u\n", reg);
			ok = false;
		}
		jit_emit_init(&e, buf, sizeof(buf), text);
		landing = piece_indirect_jump(&e, reg, NULL, 0);
		jit_emit_init(&e, buf, sizeof(buf), text);
		piece_indirect_jump(&e, reg, text + landing, reg + 1);
		if (!gives(&e, reg + 1, 0)) {
			printf("# no jump by register %u\n", reg);
			ok = false;
		}
	}
	snprintf(name, sizeof(name), "calls and jumps by each register: %s",
		 kind_names[kind]);
	report(ok, name);
}

/* One of each, all of them in reach */
static void everything(struct jit_emit *e)
{
	jit_emit_entry(e);
	jit_emit_call_far(e, text);
	jit_emit_jump_far(e, text);
	jit_emit_indirect_call(e, 0);
	jit_emit_indirect_jump(e, 10);
	jit_emit_trap(e);
	jit_emit_align(e, 16);
	jit_emit_put(e, "12345678", 8);
	jit_emit_return(e);
}

static void test_buffer(void)
{
	struct jit_emit e;
	size_t size, len, i;
	bool measured, tight = true, kept = true;

	jit_emit_init(&e, buf, sizeof(buf), text);
	everything(&e);
	len = e.len;
	measured = !e.err && len;
	jit_emit_init(&e, NULL, 0, text);
	everything(&e);
	measured &= !e.err && e.len == len;
	/* Text begins where it is aligned, wherever that will be. */
	jit_emit_init(&e, NULL, 0, NULL);
	everything(&e);
	measured &= !e.err && e.len == len;
	report(measured, "what is measured is as long as what is written");

	for (size = 0; size < len + 8; size++) {
		memset(buf, 0x5a, sizeof(buf));
		jit_emit_init(&e, buf, size, text);
		everything(&e);
		if (e.err != (size < len ? -ENOSPC : 0))
			tight = false;
		for (i = size; i < sizeof(buf); i++)
			kept &= buf[i] == 0x5a;
		/* Nothing is written after what has not fitted. */
		jit_emit_init(&e, buf, size, text);
		jit_emit_put(&e, buf, size + 1);
		memset(buf, 0x5a, size);
		everything(&e);
		for (i = 0; i < size; i++)
			kept &= buf[i] == 0x5a;
		tight &= e.err == -ENOSPC;
	}
	report(tight, "a buffer is full where it ends");
	report(kept, "nothing is written behind it, nor after an error");
}

static int error_of(void (*mistake)(struct jit_emit *e, size_t arg), size_t arg)
{
	struct jit_emit e;

	jit_emit_init(&e, buf, sizeof(buf), text);
	mistake(&e, arg);
	return e.err;
}

static void by_call(struct jit_emit *e, size_t reg)
{
	jit_emit_indirect_call(e, reg);
}

static void by_jump(struct jit_emit *e, size_t reg)
{
	jit_emit_indirect_jump(e, reg);
}

static void aligned(struct jit_emit *e, size_t align)
{
	jit_emit_align(e, align);
}

#ifndef __x86_64__
static void odd(struct jit_emit *e, size_t bytes)
{
	jit_emit_put(e, "123", bytes);
	jit_emit_return(e);
}
#endif

static void test_mistakes(void)
{
	struct jit_emit e;
	unsigned int reg;
	bool ok = true;

	for (reg = 0; reg < 300; reg++) {
		int wanted = piece_is_reg(reg) ? 0 : -EINVAL;

		ok &= error_of(by_call, reg) == wanted &&
		      error_of(by_jump, reg) == wanted;
	}
	ok &= error_of(by_call, -1U) == -EINVAL;
	report(ok, "registers that there are not, or not for this");

	report(error_of(aligned, 0) == -EINVAL && error_of(aligned, 3) == -EINVAL &&
	       error_of(aligned, 48) == -EINVAL && !error_of(aligned, 1) &&
	       !error_of(aligned, 64), "alignments that are no powers of two");

	jit_emit_init(&e, buf, 8, NULL);
	ok = e.err == -EINVAL;
	jit_emit_indirect_call(&e, 0);
	jit_emit_put(&e, "12345678", 8);
	report(ok && e.err == -EINVAL, "the first error stays");
#ifndef __x86_64__
	report(error_of(odd, 1) == -EINVAL && error_of(odd, 2) == -EINVAL &&
	       error_of(odd, 3) == -EINVAL && !error_of(odd, 0),
	       "instructions where none can be");
#endif
}

/* How far a branch goes, by the manuals: the last addresses in each direction */
#if defined(__x86_64__)
#define REACH_BACK	(-0x7ffffffbL)
#define REACH_ON	0x80000004L
#define STEP		1
#define MIDDLE		0x7fff00000000UL
#elif defined(__aarch64__)
#define REACH_BACK	(-0x8000000L)
#define REACH_ON	0x7fffffcL
#define STEP		4
#define MIDDLE		0x7fff00000000UL
#else
#define REACH_BACK	(-0x1fffff8L)
#define REACH_ON	0x2000004L
#define STEP		4
#define MIDDLE		0x80000000UL
#endif

/* A direct branch where there is one, else the error, or the far form */
static bool reaches(long distance, bool wanted, bool jump)
{
	const void *from = (void *)MIDDLE, *to = (void *)(MIDDLE + distance);
	struct jit_emit e, far;
	size_t i;

	jit_emit_init(&e, buf, sizeof(buf), from);
	if (jump)
		jit_emit_jump(&e, to);
	else
		jit_emit_call(&e, to);
	if (jit_in_reach(from, to) != wanted)
		return false;
	if (wanted) {
		printf("# branch %s %#lx %#lx ", jump ? "jump" : "call",
		       (unsigned long)from, (unsigned long)to);
		for (i = 0; i < e.len; i++)
			printf("%02x", buf[i]);
		printf("\n");
		return !e.err && e.len == (STEP == 1 ? 5 : 4);
	}
	jit_emit_init(&far, NULL, 0, from);
	if (jump)
		jit_emit_jump_far(&far, to);
	else
		jit_emit_call_far(&far, to);
	return STEP == 1 ? e.err == -ERANGE : !e.err && e.len == far.len;
}

static void test_reach(void)
{
	struct jit_emit e;
	bool ok = true;
	int jump;

	for (jump = 0; jump < 2; jump++) {
		ok &= reaches(REACH_BACK, true, jump) &&
		      reaches(REACH_ON, true, jump) &&
		      reaches(REACH_BACK + STEP, true, jump) &&
		      reaches(REACH_ON - STEP, true, jump) &&
		      reaches(0, true, jump) && reaches(64, true, jump) &&
		      reaches(-64, true, jump);
	}
	report(ok, "branches go as far as they can");
	for (jump = 0, ok = true; jump < 2; jump++) {
		ok &= reaches(REACH_BACK - STEP, false, jump) &&
		      reaches(REACH_ON + STEP, false, jump);
#if STEP > 1
		ok &= reaches(1, false, jump) && reaches(2, false, jump) &&
		      reaches(-3, false, jump);
#endif
#if UINTPTR_MAX > 0xffffffff
		ok &= reaches(1L << 32, false, jump) &&
		      reaches(-(1L << 32), false, jump) &&
		      reaches(1L << 46, false, jump);
#endif
	}
	report(ok, "and no further");

	jit_emit_init(&e, NULL, 0, NULL);
	jit_emit_call(&e, (void *)MIDDLE);
	report(!e.err, "as long as the address is not known nothing is refused");
}

#ifdef __x86_64__
/* A thunk that is out of reach, as code may be that has been put elsewhere */
static void test_thunks(void)
{
	const u8 *far = text + (1L << 32);
	struct jit_emit e;
	bool ok;

	machine_set(KIND_THUNKS_RETURN);
	jit_emit_init(&e, buf, sizeof(buf), far);
	jit_emit_return(&e);
	ok = e.err == -ERANGE;
	jit_emit_init(&e, buf, sizeof(buf), far);
	jit_emit_indirect_call(&e, 0);
	ok &= e.err == -ERANGE;
	jit_emit_init(&e, buf, sizeof(buf), far);
	jit_emit_indirect_jump(&e, 9);
	ok &= e.err == -ERANGE;
	report(ok, "a thunk that is out of reach");

	jit_emit_init(&e, buf, sizeof(buf), text);
	ok = jit_emit_return_thunk(&e) == text + TEXT_SIZE;
	machine_set(KIND_THUNKS);
	report(ok && !jit_emit_return_thunk(&e), "which return thunk there is");
}
#endif

int main(void)
{
	enum machine_kind kind;

	machine_init();
	for (kind = 0; kind < KINDS; kind++) {
		machine_set(kind);
		test_registers(kind);
	}
	test_functions();
	machine_set(KIND_PLAIN);
	test_buffer();
	test_mistakes();
	test_reach();
#ifdef __x86_64__
	test_thunks();
#endif
	return 0;
}
