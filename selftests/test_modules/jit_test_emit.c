// SPDX-License-Identifier: GPL-2.0
/*
 * Code that <linux/jit_emit.h> has written, run in the kernel: by every register,
 * near and far. What it looks like, and what the compiler and the kernel's own BPF
 * have made of the same, is printed for the script.
 */
#include <linux/filter.h>
#include <linux/jitalloc.h>

#include "../emit/pieces.h"
#include "jit_test.h"

#define TEXT_SIZE	1024
#define ANSWER		0x5eed

typedef u32 (*emit_fn)(void);

static unsigned int calls;

static noinline u32 answer(void)
{
	calls++;
	return ANSWER;
}

/* The compiler's: a return of 42, and a call through a register */
noinline __aligned(64) u32 jit_test_emit_return(void);
noinline __aligned(64) u32 jit_test_emit_call(emit_fn fn);

u32 jit_test_emit_return(void)
{
	return 42;
}

u32 jit_test_emit_call(emit_fn fn)
{
	return fn() + 1;
}

/* Text, and what will be written to it */
struct emit_text {
	void		*text;
	u8		buf[TEXT_SIZE];
	struct jit_emit	e;
};

static struct emit_text *emit_begin(enum jit_type type)
{
	struct emit_text *t = kzalloc_obj(*t);

	if (!t)
		return NULL;
	t->text = jit_text_alloc(type, TEXT_SIZE);
	if (!t->text) {
		kfree(t);
		return NULL;
	}
	jit_emit_init(&t->e, t->buf, sizeof(t->buf), t->text);
	return t;
}

static bool emit_written(struct emit_text *t)
{
	return !t->e.err && !jit_update_copy(t->text, t->buf, t->e.len);
}

static void emit_end(struct emit_text *t)
{
	jit_free(t->text);
	kfree(t);
}

/* No hash is in front of what these call. */
static u32 __nocfi run(const void *at)
{
	return ((emit_fn)at)();
}

/* Whether a function that @write has written returns @value, after @nr calls */
static bool gives(enum jit_type type, u32 value, unsigned int nr,
		  void (*write)(struct jit_emit *e, unsigned long arg),
		  unsigned long arg)
{
	struct emit_text *t = emit_begin(type);
	bool ok;

	if (!t)
		return false;
	write(&t->e, arg);
	calls = 0;
	ok = emit_written(t) && run(t->text) == value && calls == nr;
	emit_end(t);
	return ok;
}

static void write_constant(struct jit_emit *e, unsigned long arg)
{
	piece_constant(e, arg);
}

static void write_call(struct jit_emit *e, unsigned long far)
{
	piece_call(e, answer, far);
}

static void write_jump(struct jit_emit *e, unsigned long far)
{
	piece_jump(e, answer, far);
}

static void write_indirect_call(struct jit_emit *e, unsigned long reg)
{
	piece_indirect_call(e, reg, answer);
}

static void write_indirect_jump(struct jit_emit *e, unsigned long reg)
{
	struct jit_emit again = *e;
	size_t landing = piece_indirect_jump(e, reg, NULL, reg + 1);

	piece_indirect_jump(&again, reg, e->addr + landing, reg + 1);
	*e = again;
}

/* The first function begins where a direct branch of the second goes. */
static void write_near(struct jit_emit *e, unsigned long jump)
{
	const void *first;

	jit_emit_jump(e, e->addr + 64);
	jit_emit_align(e, 32);
	first = jit_emit_here(e);
	piece_constant(e, 7);
	jit_emit_align(e, 64);
	if (jump)
		piece_jump(e, first, false);
	else
		piece_call(e, first, false);
}

static void test_functions(void)
{
	static const enum jit_type types[] = { JIT_MODULES_TEXT, JIT_KPROBES,
					       JIT_FTRACE, JIT_BPF };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		enum jit_type type = types[i];

		jit_test_result(gives(type, 42, 0, write_constant, 42),
				"type %u: a function returns", type);
		jit_test_result(gives(type, ANSWER, 1, write_call, false),
				"type %u: a call of the module", type);
		jit_test_result(gives(type, ANSWER, 1, write_call, true),
				"type %u: a far one", type);
		jit_test_result(gives(type, ANSWER, 1, write_jump, false),
				"type %u: a jump to the module", type);
		jit_test_result(gives(type, ANSWER, 1, write_jump, true),
				"type %u: a far one of these", type);
		jit_test_result(gives(type, 7, 0, write_near, false),
				"type %u: a call in the text", type);
		jit_test_result(gives(type, 7, 0, write_near, true),
				"type %u: a jump in the text", type);
	}
}

static void test_registers(void)
{
	unsigned int reg, called = 0, jumped = 0, regs = 0;

	for (reg = 0; reg < PIECE_REGS; reg++) {
		if (!piece_is_reg(reg))
			continue;
		regs++;
		if (gives(JIT_BPF, ANSWER, 1, write_indirect_call, reg))
			called++;
		else
			jit_test_note("no call by register %u", reg);
		if (gives(JIT_BPF, reg + 1, 0, write_indirect_jump, reg))
			jumped++;
		else
			jit_test_note("no jump by register %u", reg);
	}
	jit_test_figure("emit_registers", regs);
	jit_test_result(called == regs, "calls by each of %u registers", regs);
	jit_test_result(jumped == regs, "jumps by each of %u registers", regs);
}

static void print_bytes(const char *what, const void *at, size_t len)
{
	jit_test_print("# %s %lx %*phN\n", what, (unsigned long)at,
		       (int)min_t(size_t, len, 64), at);
}

/* Every form once, each in a line of its own with where it is */
static void print_form(struct emit_text *t, const char *what, size_t from)
{
	print_bytes(what, t->text + from, t->e.len - from);
}

static void print_kernels_own(void)
{
	struct sock_filter insn[] = { BPF_STMT(BPF_RET | BPF_K, 42) };
	struct sock_fprog_kern fprog = { .len = 1, .filter = insn };
	struct bpf_prog *prog;

	print_bytes("compiled_return", jit_test_emit_return, 64);
	print_bytes("compiled_call", jit_test_emit_call, 64);
	if (bpf_prog_create(&prog, &fprog))
		return;
	print_bytes("bpf", prog->bpf_func, prog->jited_len);
	bpf_prog_destroy(prog);
}

/*
 * What a branch of one of our own is, and what is behind where it goes: that is
 * not always in kallsyms.
 */
static void test_forms(void)
{
	struct emit_text *t = emit_begin(JIT_BPF);
	const void *thunk;
	unsigned int reg;
	size_t from;
	char name[32];

	if (!jit_test_result(t, "text for every form"))
		return;
	from = t->e.len;
	jit_emit_entry(&t->e);
	jit_emit_return(&t->e);
	if (!emit_written(t))
		goto out;
	print_form(t, "function", from);
	thunk = jit_emit_return_thunk(&t->e);
	jit_test_note("return %ps", thunk);

	for (reg = 0; reg < PIECE_REGS; reg++) {
		if (!piece_is_reg(reg))
			continue;
		snprintf(name, sizeof(name), "call %u", reg);
		from = t->e.len;
		jit_emit_indirect_call(&t->e, reg);
		if (!emit_written(t))
			goto out;
		print_form(t, name, from);
		snprintf(name, sizeof(name), "jump %u", reg);
		from = t->e.len;
		jit_emit_indirect_jump(&t->e, reg);
		if (!emit_written(t))
			goto out;
		print_form(t, name, from);
	}
	print_kernels_own();
out:
	jit_test_result(!t->e.err, "all of them are written");
	emit_end(t);
}

/* What is at the address that the script asks for by the parameter, 8 bytes */
static unsigned long peek;
module_param(peek, ulong, 0600);
MODULE_PARM_DESC(peek, "address of a thunk");

static void test_peek(void)
{
	u8 bytes[8];

	if (copy_from_kernel_nofault(bytes, (void *)peek, sizeof(bytes)))
		return;
	jit_test_print("# peek %lx %*phN\n", peek, (int)sizeof(bytes), bytes);
}

const struct jit_test_case jit_test_cases[] = {
	{ "functions", test_functions },
	{ "registers", test_registers },
	{ "forms", test_forms },
	{ "peek", test_peek },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Runs code that the public header has written");
MODULE_LICENSE("GPL");
