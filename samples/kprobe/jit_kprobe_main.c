// SPDX-License-Identifier: GPL-2.0
/*
 * Count the calls of a kernel function whose argument passes a filter, with
 * the filter compiled to native code. Opens for writing, for example, by the
 * flags that alloc_empty_file() gets as its first argument:
 *
 *	insmod jit_kprobe.ko symbol=alloc_empty_file type=u32 op=and value=3
 *	cat /sys/kernel/debug/jit_kprobe/matches
 *
 * The code lives in text of type JIT_KPROBES and is run by the handler of an
 * ordinary kprobe.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jitalloc.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/stringify.h>

#include "jit_kprobe.h"
#include "regs.h"

static char *symbol;
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "function to probe");

static struct jit_kprobe_params params = {
	.type = PREDICATE_BITS == 64 ? "u64" : "u32",
};
module_param_named(arg, params.arg, uint, 0444);
MODULE_PARM_DESC(arg, "which of the first " __stringify(PREDICATE_ARGS)
		 " arguments, from 0 (default) on");
module_param_named(type, params.type, charp, 0444);
MODULE_PARM_DESC(type, "its type: u8 u16 u32 u64 s8 s16 s32 s64 (default: all of a register)");
module_param_named(mask, params.mask, charp, 0444);
MODULE_PARM_DESC(mask, "bits of it that count, all by default");
module_param_named(op, params.op, charp, 0444);
MODULE_PARM_DESC(op, "comparison: eq ne lt le gt ge, and (a bit in common)");
module_param_named(value, params.value, charp, 0444);
MODULE_PARM_DESC(value, "what it is compared with");

static bool enabled = true;
module_param(enabled, bool, 0444);
MODULE_PARM_DESC(enabled, "count from the start (default), or when enabled in debugfs");

static struct jit_kprobe probe;
DEFINE_PER_CPU(struct jit_kprobe_count, jit_kprobe_counts);

/*
 * Called from the probed function, with preemption off. The code starts with
 * a landing pad but has no hash for kCFI to check.
 */
static int __nocfi count_call(struct kprobe *kp, struct pt_regs *regs)
{
	this_cpu_inc(jit_kprobe_counts.hits);
	if (probe.match(regs))
		this_cpu_inc(jit_kprobe_counts.matches);
	return 0;
}
NOKPROBE_SYMBOL(count_call);

static int compile_filter(void)
{
	void *text __free(jit_free) = NULL;
	u8 image[PREDICATE_MAX_SIZE];
	struct jit_emit e;
	int err;

	text = jit_text_alloc(JIT_KPROBES, sizeof(image));
	if (!text)
		return -ENOMEM;

	jit_emit_init(&e, image, sizeof(image), text);
	predicate_compile(&e, &probe.pred);
	err = e.err ?: jit_update_copy(text, image, e.len);
	if (err)
		return err;

	probe.len = e.len;
	probe.match = no_free_ptr(text);
	return 0;
}

static int register_probe(void)
{
	int err;

	probe.kp.symbol_name = symbol;
	probe.kp.pre_handler = count_call;
	probe.kp.flags = enabled ? 0 : KPROBE_FLAG_DISABLED;

	err = register_kprobe(&probe.kp);
	if (err == -ENOENT)
		pr_err("symbol=%s: the kernel has no such function\n", symbol);
	else if (err)
		pr_err("symbol=%s: the kernel refuses to probe it: %pe\n",
		       symbol, ERR_PTR(err));
	return err;
}

static int __init jit_kprobe_init(void)
{
	int err;

	if (!symbol || !*symbol) {
		pr_err("symbol= is missing\n");
		return -EINVAL;
	}

	err = jit_kprobe_parse(&params, &probe.pred);
	if (err)
		return err;

	err = compile_filter();
	if (err) {
		pr_err("cannot compile the filter: %pe\n", ERR_PTR(err));
		return err;
	}

	err = register_probe();
	if (err) {
		jit_free(probe.match);
		return err;
	}

	/* For people who look; without one all is the same. */
	err = jit_text_name(probe.match, "jit_kprobe_%s", symbol);
	if (err)
		pr_notice("the code has no name: %pe\n", ERR_PTR(err));

	jit_kprobe_debugfs_init(&probe);
	return 0;
}

static void __exit jit_kprobe_exit(void)
{
	jit_kprobe_debugfs_exit();
	/* Nobody is in the handler any more when this returns. */
	unregister_kprobe(&probe.kp);
	jit_free(probe.match);
}

module_init(jit_kprobe_init);
module_exit(jit_kprobe_exit);
MODULE_DESCRIPTION("Count calls of a function by a filter compiled to native code");
MODULE_LICENSE("GPL");
