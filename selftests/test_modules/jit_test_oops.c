// SPDX-License-Identifier: GPL-2.0
/*
 * What must not be possible, tried. Each case says in the log what it is about
 * to do and what the machine should say; then it does it, and the task that
 * asked for it dies. A case that comes back has failed.
 *
 * Traps are for this module where they are like any other fault; elsewhere they
 * end the machine if nobody handles them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

/*
 * What is this large has a mapping of its own, with nothing behind it, which
 * goes away when it is freed.
 */
#define OWN_LEN		(SZ_2M + PAGE_SIZE)

/* Nobody frees these: who asked is dead. */
static u8 *new_text(size_t size, const u8 *code, size_t len)
{
	u8 *text = jit_text_alloc(JIT_BPF, size);

	if (!text || jit_update_copy(text, code, len))
		return NULL;
	return text;
}

/*
 * In full, so that the script can compare the addresses with those in the
 * report. @ip is NULL if the access is made by this module.
 */
static void announce(const char *name, void *ip, void *addr,
		     const char *error)
{
	pr_info("expect %s: ip=%lx addr=%lx error=%s\n", name,
		(unsigned long)ip, (unsigned long)addr, error);
}

static void not_stopped(const char *name)
{
	pr_info("survived %s\n", name);
	jit_test_result(false, "%s is stopped", name);
}

static void write_text(void)
{
	u8 code[JIT_TEST_FN_LEN];
	u8 *text;

	jit_test_emit_const(code, 1);
	text = new_text(PAGE_SIZE, code, sizeof(code));
	announce("write_text", NULL, text, JIT_TEST_PROT_WRITE);
	WRITE_ONCE(*text, 0x90);
	not_stopped("write_text");
}

/* The linear alias of a function in a text of @size bytes */
static u8 *alias_of_text(size_t size)
{
	u8 code[JIT_TEST_FN_LEN];

	jit_test_emit_const(code, 1);
	return page_address(vmalloc_to_page(new_text(size, code, sizeof(code))));
}

static void write_text_alias(void)
{
	u8 *alias = alias_of_text(PAGE_SIZE);

	announce("write_text_alias", NULL, alias, JIT_TEST_PROT_WRITE);
	WRITE_ONCE(*alias, 0x90);
	not_stopped("write_text_alias");
}

static void write_own_alias(void)
{
	u8 *alias = alias_of_text(OWN_LEN);

	announce("write_own_alias", NULL, alias, JIT_TEST_PROT_WRITE);
	WRITE_ONCE(*alias, 0x90);
	not_stopped("write_own_alias");
}

static void exec_text_alias(void)
{
	u8 *alias = alias_of_text(PAGE_SIZE);

	announce("exec_text_alias", alias, alias, JIT_TEST_PROT_FETCH);
	((jit_test_fn)alias)();
	not_stopped("exec_text_alias");
}

static void exec_data(void)
{
	u8 *data = jit_data_alloc(JIT_BPF, PAGE_SIZE);

	jit_test_emit_const(data, 1);
	announce("exec_data", data, data, JIT_TEST_PROT_FETCH);
	((jit_test_fn)data)();
	not_stopped("exec_data");
}

static void exec_freed(void)
{
	u8 code[JIT_TEST_FN_LEN];
	u8 *text;

	jit_test_emit_const(code, 1);
	text = new_text(OWN_LEN, code, sizeof(code));
	jit_free(text);
	jit_free_barrier();
	announce("exec_freed", text, text, JIT_TEST_NO_PAGE_FETCH);
	((jit_test_fn)text)();
	not_stopped("exec_freed");
}

/* No return before the end: what follows a text is not code. */
static void run_off_end(void)
{
	u8 *code = kmalloc(PAGE_SIZE, GFP_KERNEL);
	u8 *text, *last, *end;

	if (!code)
		return;
	jit_test_emit_nops(code, PAGE_SIZE);
	text = new_text(OWN_LEN, code, PAGE_SIZE);
	end = text + OWN_LEN;
	last = end - PAGE_SIZE;
	if (jit_update_copy(last, code, PAGE_SIZE))
		return;
	kfree(code);
	announce("run_off_end", end, end, JIT_TEST_NO_PAGE_FETCH);
	((jit_test_fn)last)();
	not_stopped("run_off_end");
}

static void write_off_data(void)
{
	u8 *data = jit_data_alloc(JIT_BPF, OWN_LEN);

	announce("write_off_data", NULL, data + OWN_LEN, JIT_TEST_NO_PAGE_WRITE);
	WRITE_ONCE(data[OWN_LEN], 1);
	not_stopped("write_off_data");
}

static void write_freed_data(void)
{
	u8 *data = jit_data_alloc(JIT_BPF, OWN_LEN);

	jit_free(data);
	jit_free_barrier();
	announce("write_freed_data", NULL, data, JIT_TEST_NO_PAGE_WRITE);
	WRITE_ONCE(data[0], 1);
	not_stopped("write_freed_data");
}

#ifdef CONFIG_ARM
static void run_trap(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, PAGE_SIZE);

	announce("run_trap", text, text, "none");
	((jit_test_fn)text)();
	not_stopped("run_trap");
}
#endif

/* After all of it, the allocator still works. */
static void still_works(void)
{
	u8 code[JIT_TEST_FN_LEN];
	u8 *text;

	jit_test_emit_const(code, 42);
	text = new_text(PAGE_SIZE, code, sizeof(code));
	jit_test_result(text && ((jit_test_fn)text)() == 42,
			"the allocator still works");
	jit_free(text);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "write_text", write_text },
	{ "write_text_alias", write_text_alias },
	{ "write_own_alias", write_own_alias },
	{ "exec_text_alias", exec_text_alias },
	{ "exec_data", exec_data },
	{ "exec_freed", exec_freed },
	{ "run_off_end", run_off_end },
	{ "write_off_data", write_off_data },
	{ "write_freed_data", write_freed_data },
#ifdef CONFIG_ARM
	{ "run_trap", run_trap },
#endif
	{ "still_works", still_works },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Tries what jitalloc's memory must not allow");
MODULE_LICENSE("GPL");
