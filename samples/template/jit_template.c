// SPDX-License-Identifier: GPL-2.0
/*
 * A module of your own: generates a function when it is loaded, and calls it.
 *
 *	# insmod jit_template.ko number=7
 *	jit_template: 7 * 3 is 21
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jit_emit.h>
#include <linux/jitalloc.h>
#include <linux/module.h>

static unsigned int number = 14;
module_param(number, uint, 0444);
MODULE_PARM_DESC(number, "what to multiply by three");

/* Room for the code of a function. */
#define CODE_MAX	64

static void *triple;

/* The function's own instructions: its argument times three. */
static void emit_triple(struct jit_emit *e)
{
#ifdef CONFIG_X86_64
	/* lea (%rdi,%rdi,2), %eax */
	static const u8 code[] = { 0x8d, 0x04, 0x7f };
#elif defined(CONFIG_ARM64)
	/* add w0, w0, w0, lsl #1 */
	static const u32 code[] = { 0x0b000400 };
#else
	/* arm: add r0, r0, r0, lsl #1 */
	static const u32 code[] = { 0xe0800080 };
#endif

	jit_emit_entry(e);
	jit_emit_put(e, code, sizeof(code));
	jit_emit_return(e);
}

static int generate(void *text)
{
	struct jit_emit e;
	u8 buf[CODE_MAX];

	jit_emit_init(&e, buf, sizeof(buf), text);
	emit_triple(&e);
	if (e.err)
		return e.err;
	return jit_update_copy(text, buf, e.len);
}

static int __init jit_template_init(void)
{
	unsigned int (*function)(unsigned int n);
	int err;

	/* Refuses a jitalloc that this module does not fit. */
	err = jit_alloc_require(JIT_ALLOC_VERSION);
	if (err)
		return err;

	triple = jit_text_alloc(JIT_BPF, CODE_MAX);
	if (!triple)
		return -ENOMEM;

	err = generate(triple);
	if (!err)
		/* What stack traces, /proc/kallsyms and perf show */
		err = jit_text_name(triple, "jit_template_triple");
	if (err) {
		jit_free(triple);
		return err;
	}

	function = triple;
	pr_info("%u * 3 is %u\n", number, function(number));
	return 0;
}

static void __exit jit_template_exit(void)
{
	jit_free(triple);
}

module_init(jit_template_init);
module_exit(jit_template_exit);
MODULE_DESCRIPTION("A module with generated code, to begin with");
MODULE_LICENSE("GPL");
