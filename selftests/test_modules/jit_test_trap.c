// SPDX-License-Identifier: GPL-2.0
/*
 * Runs into traps, catches them, and says where they were.
 */
#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"
#include "jit_test_catch.h"

static struct task_struct *runner;
static unsigned long trapped_at;

/* Returns from the function that has trapped. */
static bool catch_trap(unsigned long addr, struct pt_regs *regs)
{
	if (current != runner)
		return false;

	trapped_at = addr;
	jit_test_return(regs);
	return true;
}

/* Runs @fn, and returns the address of the trap that ended it, or NULL. */
static void *run_into_trap(void *fn)
{
	trapped_at = 0;
	runner = current;
	((jit_test_fn)fn)();
	runner = NULL;
	return (void *)trapped_at;
}

/* Enters @len bytes of fresh text at a landing pad at @off. */
static bool traps_behind(enum jit_type type, size_t len, size_t off)
{
	u8 pad[JIT_TEST_PAD_LEN];
	u8 *text = jit_text_alloc(type, len);
	bool right;

	jit_test_emit_nops(pad, sizeof(pad));
	right = text && !jit_update_copy(text + off, pad, sizeof(pad)) &&
		run_into_trap(text + off) == text + off + sizeof(pad);
	jit_free(text);
	return right;
}

static void test_unwritten(void)
{
	static const enum jit_type types[] = {
		JIT_MODULES_TEXT, JIT_KPROBES, JIT_FTRACE, JIT_BPF,
	};
	bool start = true, middle = true;
	int t;
	size_t off;

	for (t = 0; t < ARRAY_SIZE(types); t++) {
		start &= traps_behind(types[t], PAGE_SIZE, 0);
		for (off = 0; off < 64; off += JIT_TEST_INSN_ALIGN)
			middle &= traps_behind(types[t], PAGE_SIZE, 1000 + off);
	}
	jit_test_result(start, "the first byte that was not written traps");
	jit_test_result(middle, "so do those in the middle, at any offset");
	jit_test_result(traps_behind(JIT_BPF, PAGE_SIZE,
				     PAGE_SIZE - JIT_TEST_PAD_LEN -
				     JIT_TEST_INSN_ALIGN),
			"so does the last of a page");
	jit_test_result(traps_behind(JIT_BPF, 3 * PAGE_SIZE,
				     PAGE_SIZE - JIT_TEST_PAD_LEN),
			"so does the first of the next page");
	jit_free_barrier();
}

/* What is behind the end of a text that does not fill its page */
static void test_small_end(void)
{
	static const size_t lens[] = { 4, 5, 16, 100, 4095 };
	u8 *code = kmalloc(PAGE_SIZE, GFP_KERNEL);
	bool right = code;
	int i;

	for (i = 0; i < ARRAY_SIZE(lens) && code; i++) {
		size_t len = ALIGN_DOWN(lens[i], JIT_TEST_INSN_ALIGN);
		u8 *text = jit_text_alloc(JIT_KPROBES, len);

		jit_test_emit_nops(code, len);
		right &= text && !jit_update_copy(text, code, len) &&
			 run_into_trap(text) == text + len;
		jit_free(text);
	}
	kfree(code);
	jit_free_barrier();
	jit_test_result(right, "running off the end of a small text traps");
}

/* That the test can fail: code without a trap does not trap. */
static void test_code(void)
{
	u8 code[JIT_TEST_FN_LEN];
	u8 *text = jit_text_alloc(JIT_KPROBES, sizeof(code));

	jit_test_emit_const(code, 1);
	jit_test_result(text && !jit_update_copy(text, code, sizeof(code)) &&
			!run_into_trap(text), "a whole function does not trap");
	jit_free(text);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "unwritten", test_unwritten },
	{ "small_end", test_small_end },
	{ "code", test_code },
	{ }
};

static int __init jit_test_trap_init(void)
{
	int err = jit_test_register();

	if (err)
		return err;
	err = jit_test_catch(catch_trap);
	if (err)
		jit_test_unregister();
	return err;
}
module_init(jit_test_trap_init);

static void __exit jit_test_trap_exit(void)
{
	jit_test_unregister();
	jit_test_catch_end();
}
module_exit(jit_test_trap_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Runs into the traps that fill jitalloc's text");
MODULE_LICENSE("GPL");
