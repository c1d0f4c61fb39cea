// SPDX-License-Identifier: GPL-2.0
/*
 * Generated code with a name in the middle of a stack: three callers, the code,
 * and a function of this module that is traced, warns, or sleeps; or the code
 * faults itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/jitalloc.h>
#include <linux/srcu.h>
#include <linux/rcupdate_trace.h>	/* which uses it without including it */

#include "jit_test.h"
#include "jit_test_arch.h"

#define TEXT_LEN	64

/* Three callers, which may be no tail calls */
static noinline void traces_caller_a(void *text)
{
	((void (*)(void))text)();
	barrier();
}

static noinline void traces_caller_b(void *text)
{
	traces_caller_a(text);
	barrier();
}

static noinline void traces_caller_c(void *text)
{
	traces_caller_b(text);
	barrier();
}

/* Text that calls @fn, or faults if that is NULL */
static u8 *new_text(const char *name, void (*fn)(void))
{
	u8 *text = jit_text_alloc(JIT_BPF, TEXT_LEN);
	u8 code[max(JIT_TEST_FRAME_LEN, JIT_TEST_FAULT_LEN)] = { };
	bool is_right = text && !jit_text_name(text, "%s", name);

	if (fn)
		jit_test_emit_frame(code, text, fn);
	else
		jit_test_emit_fault(code);
	is_right = is_right && !jit_update_copy(text, code, sizeof(code));
	jit_test_result(is_right, "there is text with the name %s", name);
	return is_right ? text : NULL;
}

/* What tracers are attached to */
static noinline void jit_test_traced(void)
{
	barrier();
}

/* Who calls it has a frame of its own, on which an unwinder finds the text. */
static noinline void call_traced(void)
{
	jit_test_traced();
	barrier();
}

#define NR_CALLS	10

static u8 *calling;

/* The text stays, so that who has saved addresses can look for their names. */
static void call(void)
{
	int i;

	jit_free(calling);
	calling = new_text("jit_test_calling", call_traced);
	for (i = 0; calling && i < NR_CALLS; i++)
		traces_caller_c(calling);
	jit_test_figure("traces_calls", i);
}

static void drop(void)
{
	jit_free(calling);
	calling = NULL;
	jit_free_barrier();
	jit_test_result(true, "the text is freed");
}

static noinline void warn_here(void)
{
	WARN(1, "jit_test_traces: meant\n");
}

static void warn(void)
{
	u8 *text = new_text("jit_test_warning", warn_here);

	if (text)
		traces_caller_c(text);
	jit_free(text);
	jit_free_barrier();
}

/* Nobody frees it: who asked is dead. */
static void fault(void)
{
	u8 *text = new_text("jit_test_faulting", NULL);

	if (!text)
		return;
	pr_info("expect jit_test_faulting [jitalloc]+0x%x/0x%x\n",
		JIT_TEST_FAULT, TEXT_LEN - 1);
	traces_caller_c(text);
	pr_info("survived\n");
}

/* A task that sleeps in what the text has called, as a sleepable BPF program may */
static DECLARE_COMPLETION(woken);
static u8 *sleeper;

static noinline void sleep_here(void)
{
	wait_for_completion(&woken);
}

static void sleep_in_text(void)
{
	reinit_completion(&woken);
	sleeper = new_text("jit_test_sleeping", sleep_here);
	if (!sleeper)
		return;
	rcu_read_lock_trace();
	traces_caller_c(sleeper);
	rcu_read_unlock_trace();
}

static void free_sleeper(void)
{
	jit_free(sleeper);
	jit_test_result(true, "the text is freed");
}

static void wake(void)
{
	complete(&woken);
	jit_free_barrier();
	jit_test_result(true, "the task is woken");
}

const struct jit_test_case jit_test_cases[] = {
	{ "call", call },
	{ "drop", drop },
	{ "warn", warn },
	{ "fault", fault },
	{ "sleep", sleep_in_text },
	{ "free_sleeper", free_sleeper },
	{ "wake", wake },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has jitalloc's text in the middle of a stack");
MODULE_LICENSE("GPL");
