// SPDX-License-Identifier: GPL-2.0
/*
 * The code that the back ends of samples/kprobe generate, run in user space
 * and compared with plain C: every type, operator and argument over edge
 * values of the argument, the value and the mask.
 *
 * Prints "ok NAME" or "not ok NAME" for every case.
 */
#include <asm/ptrace.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "predicate.h"
#include "regs.h"
#ifdef __x86_64__
#include "../emit/host/sites.h"
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The text pages: predicates in the first, a return thunk and the sites in the second. */
#define PAGE_SIZE	4096
#define TEXT_SIZE	(2 * PAGE_SIZE)

struct pt_regs;
typedef bool (*match_fn)(const struct pt_regs *regs);

static u8 *text;
static unsigned long compared;

static const unsigned int widths[] = { 8, 16, 32, 64 };

static const char * const op_names[PREDICATE_OPS] = {
	[PREDICATE_EQ] = "eq", [PREDICATE_NE] = "ne", [PREDICATE_LT] = "lt",
	[PREDICATE_LE] = "le", [PREDICATE_GT] = "gt", [PREDICATE_GE] = "ge",
	[PREDICATE_AND] = "and",
};

static const u64 edges[] = {
	0, 1, 2, 3, 0x7f, 0x80, 0x81, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xffff,
	0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
	0x100000000, 0x17fffffff, 0x7fffffffffffffff, 0x8000000000000000,
	0x8000000000000001, 0xffffffff7fffffff, 0xffffffff80000000,
	0xffffffffffff8000, 0xffffffffffffff7f, 0xffffffffffffff80,
	0xfffffffffffffffe, 0xffffffffffffffff, 0x123456789abcdef0,
};

static const u64 masks[] = {
	0xffffffffffffffff, 0, 1, 3, 0x7f, 0x80, 0xf0, 0xff, 0xff00, 0x7fffffff,
	0x80000000, 0xffffffff, 0x8000000000000000, 0xffffffff80000000,
	0x00ff00ff00ff00ff,
};

#ifdef __x86_64__

static const u8 landing_pad[] = { 0xf3, 0x0f, 0x1e, 0xfa };	/* endbr64 */
static const u8 plain_return[] = { 0xc3, 0xcc };		/* ret; int3 */

/* struct pt_regs as user space knows it has the same layout, other names. */
static void set_arg(struct pt_regs *regs, unsigned int arg, u64 value)
{
	unsigned long *where[PREDICATE_ARGS] = {
		&regs->rdi, &regs->rsi, &regs->rdx,
		&regs->rcx, &regs->r8, &regs->r9,
	};

	*where[arg] = value;
}

static bool offsets_are_right(void)
{
	return offsetof(struct pt_regs, rdi) == PREDICATE_OFFSET_DI &&
	       offsetof(struct pt_regs, rsi) == PREDICATE_OFFSET_SI &&
	       offsetof(struct pt_regs, rdx) == PREDICATE_OFFSET_DX &&
	       offsetof(struct pt_regs, rcx) == PREDICATE_OFFSET_CX &&
	       offsetof(struct pt_regs, r8) == PREDICATE_OFFSET_R8 &&
	       offsetof(struct pt_regs, r9) == PREDICATE_OFFSET_R9;
}

#elif defined(__aarch64__)

static const u8 landing_pad[] = { 0x5f, 0x24, 0x03, 0xd5 };	/* bti c */
static const u8 plain_return[] = { 0xc0, 0x03, 0x5f, 0xd6 };	/* ret */

/* As the kernel's: user space has it by another name. */
struct pt_regs {
	struct user_pt_regs user;
	unsigned long more[8];
};

static void set_arg(struct pt_regs *regs, unsigned int arg, u64 value)
{
	regs->user.regs[arg] = value;
}

static bool offsets_are_right(void)
{
	unsigned int arg;

	for (arg = 0; arg < PREDICATE_ARGS; arg++)
		if (offsetof(struct pt_regs, user.regs[arg]) !=
		    PREDICATE_OFFSET(arg))
			return false;
	return true;
}

#else

/* There are none. */
static const u8 landing_pad[] = { };
static const u8 plain_return[] = { 0x1e, 0xff, 0x2f, 0xe1 };	/* bx lr */

static void set_arg(struct pt_regs *regs, unsigned int arg, u64 value)
{
	regs->uregs[arg] = value;
}

static bool offsets_are_right(void)
{
	unsigned int arg;

	for (arg = 0; arg < PREDICATE_ARGS; arg++)
		if (offsetof(struct pt_regs, uregs[arg]) != PREDICATE_OFFSET(arg))
			return false;
	return true;
}

#endif

/* What the value is as a variable of the type, widened to 64 bits. */
static u64 as_type(const struct predicate *pred, u64 value)
{
	switch (pred->bits) {
	case 8:
		return pred->is_signed ? (u64)(signed char)value :
					 (unsigned char)value;
	case 16:
		return pred->is_signed ? (u64)(short)value :
					 (unsigned short)value;
	case 32:
		return pred->is_signed ? (u64)(int)value : (unsigned int)value;
	default:
		return value;
	}
}

static bool in_plain_c(const struct predicate *pred, u64 arg)
{
	u64 a = as_type(pred, arg & pred->mask);
	u64 b = as_type(pred, pred->value);
	bool less = pred->is_signed ? (long long)a < (long long)b : a < b;

	switch (pred->op) {
	case PREDICATE_EQ:
		return a == b;
	case PREDICATE_NE:
		return a != b;
	case PREDICATE_LT:
		return less;
	case PREDICATE_LE:
		return less || a == b;
	case PREDICATE_GT:
		return !less && a != b;
	case PREDICATE_GE:
		return !less;
	default:
		return (a & b) != 0;
	}
}

static void report(bool ok, const char *name)
{
	printf("%s %s\n", ok ? "ok" : "not ok", name);
}

static void make_writable(void)
{
	if (mprotect(text, TEXT_SIZE, PROT_READ | PROT_WRITE))
		exit(2);
}

#ifdef __x86_64__

static u8 *sites;

const u8 *__jit_emit_sites(void)
{
	return sites;
}

static u8 *make_thunk(void)
{
	u8 *thunk = text + PAGE_SIZE;

	*thunk = 0xc3;
	sites = thunk + SITES_SIZE;
	return thunk;
}

static void set_thunk(const u8 *thunk)
{
	make_writable();
	put_return(sites, thunk);
}

#else

static u8 *make_thunk(void)
{
	return NULL;
}

static void set_thunk(const u8 *thunk)
{
	(void)thunk;
}

#endif

/* The predicate as it is at @addr, in a buffer that has just enough room */
static void generate(struct jit_emit *e, const struct predicate *pred,
		     const void *addr)
{
	static u8 image[PREDICATE_MAX_SIZE];

	jit_emit_init(e, image, sizeof(image), addr);
	predicate_compile(e, pred);
}

static match_fn compile(const struct predicate *pred)
{
	struct jit_emit e;

	generate(&e, pred, text);
	if (e.err)
		return NULL;
	make_writable();
	memset(text, 0, PAGE_SIZE);
	memcpy(text, e.buf, e.len);
	__builtin___clear_cache((char *)text, (char *)text + e.len);
	if (mprotect(text, TEXT_SIZE, PROT_READ | PROT_EXEC))
		exit(2);
	return (match_fn)text;
}

/*
 * All other registers hold what would give the opposite answer if the code
 * read one of them instead, or rubbish.
 */
static bool check_predicate(const struct predicate *pred, match_fn match)
{
	struct pt_regs regs;
	bool wanted;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		memset(&regs, 0x5a, sizeof(regs));
		for (unsigned int arg = 0; arg < PREDICATE_ARGS; arg++)
			set_arg(&regs, arg, ~edges[i]);
		set_arg(&regs, pred->arg, edges[i]);

		compared++;
		wanted = in_plain_c(pred, edges[i]);
		if (match(&regs) == wanted)
			continue;
		printf("# (%c%u)arg%u=%#llx & %#llx %s %#llx: not %d\n",
		       pred->is_signed ? 's' : 'u', pred->bits, pred->arg,
		       (unsigned long long)edges[i],
		       (unsigned long long)pred->mask, op_names[pred->op],
		       (unsigned long long)pred->value, wanted);
		return false;
	}
	return true;
}

/* All masks, values and arguments of one type and operator. */
static bool check_op(struct predicate pred)
{
	size_t m, v;

	for (pred.arg = 0; pred.arg < PREDICATE_ARGS; pred.arg++) {
		for (m = 0; m < ARRAY_SIZE(masks); m++) {
			for (v = 0; v < ARRAY_SIZE(edges); v++) {
				match_fn match;

				pred.mask = masks[m];
				pred.value = edges[v];
				match = compile(&pred);
				if (!match || !check_predicate(&pred, match))
					return false;
			}
		}
	}
	return true;
}

static void check_all(const char *how)
{
	struct predicate pred = {};
	char name[80];
	size_t w;
	int s, op;

	for (w = 0; w < ARRAY_SIZE(widths) && widths[w] <= PREDICATE_BITS; w++) {
		for (s = 0; s < 2; s++) {
			for (op = 0; op < PREDICATE_OPS; op++) {
				pred.bits = widths[w];
				pred.is_signed = s;
				pred.op = op;
				snprintf(name, sizeof(name), "%c%u %s, %s",
					 s ? 's' : 'u', pred.bits,
					 op_names[op], how);
				report(check_op(pred), name);
			}
		}
	}
}

static void check_refused(const char *name, struct predicate pred)
{
	struct jit_emit e;

	generate(&e, &pred, text);
	report(e.err == -EINVAL, name);
}

/* What the code starts and ends with. */
static void check_frame(const u8 *thunk)
{
	struct predicate pred = {
		.bits = PREDICATE_BITS,
		.mask = 0x123456789abcdef0,
		.value = 0x0fedcba987654321,
	};
	struct jit_emit e;
	size_t longest;
	bool fits;

	set_thunk(NULL);
	generate(&e, &pred, text);
	if (sizeof(landing_pad))
		report(e.len > sizeof(landing_pad) &&
		       !memcmp(e.buf, landing_pad, sizeof(landing_pad)),
		       "starts with a landing pad");
	report(!memcmp(e.buf + e.len - sizeof(plain_return), plain_return,
		       sizeof(plain_return)),
	       "ends with a return without a return thunk");
	longest = e.len;
	fits = !e.err;

	if (thunk) {
		int distance;

		set_thunk(thunk);
		generate(&e, &pred, text);
		memcpy(&distance, e.buf + e.len - 4, 4);
		report(e.buf[e.len - 5] == 0xe9 && text + e.len + distance == thunk,
		       "ends with a jump to the return thunk");
		longest = e.len;
		fits &= !e.err;
	}
	pred.bits = 16;
	pred.is_signed = true;
	generate(&e, &pred, text);
	printf("# longest code: %zu bytes\n", longest > e.len ? longest : e.len);
	report(fits && !e.err, "the longest code fits");
}

int main(void)
{
	const struct predicate good = { .bits = PREDICATE_BITS, .mask = ~0ULL };
	struct predicate pred;
	struct jit_emit e;
	u8 *thunk;

	text = mmap(NULL, TEXT_SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (text == MAP_FAILED)
		return 2;
	thunk = make_thunk();

	report(offsets_are_right(),
	       "offsets of the registers");

	set_thunk(NULL);
	check_all("plain return");
	if (thunk) {
		set_thunk(thunk);
		check_all("return thunk");
	}
	check_frame(thunk);

	pred = good;
	pred.arg = PREDICATE_ARGS;
	check_refused("one argument too many is refused", pred);
	pred = good;
	pred.op = PREDICATE_OPS;
	check_refused("an unknown operator is refused", pred);
	pred = good;
	pred.bits = 0;
	check_refused("a type of 0 bits is refused", pred);
	pred.bits = 24;
	check_refused("a type of 24 bits is refused", pred);
	pred.bits = 128;
	check_refused("a type of 128 bits is refused", pred);
	pred.bits = 64;
	if (PREDICATE_BITS < 64)
		check_refused("a type of 64 bits is refused", pred);
	if (thunk) {
		generate(&e, &good, thunk - 0x80001000UL);
		report(e.err == -ERANGE, "a thunk that is too far above is refused");
		generate(&e, &good, thunk + 0x80001000UL);
		report(e.err == -ERANGE, "a thunk that is too far below is refused");
	}
	printf("# figure: predicate_comparisons=%lu\n", compared);
	return 0;
}
