/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a test survives a trap. To be included by one file of a module.
 */
#ifndef _JIT_TEST_CATCH_H
#define _JIT_TEST_CATCH_H

#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

/*
 * Asked about each trap: where it was, and the registers. Returns whether it was
 * the test's; then the registers say where to go on.
 */
static bool (*jit_test_trapped)(unsigned long addr, struct pt_regs *regs);

#ifndef CONFIG_ARM64

#ifdef CONFIG_X86_64
#define JIT_TEST_DIE	DIE_INT3
#else
/* After the report of an oops, which stays in the log. */
#define JIT_TEST_DIE	DIE_OOPS
#endif

static int jit_test_notified(struct notifier_block *nb, unsigned long event,
			     void *data)
{
	struct die_args *args = data;
	unsigned long addr;

	if (event != JIT_TEST_DIE || user_mode(args->regs))
		return NOTIFY_DONE;
	addr = instruction_pointer(args->regs);
	/* The processor is behind it. */
	if (IS_ENABLED(CONFIG_X86_64))
		addr--;
	return jit_test_trapped(addr, args->regs) ? NOTIFY_STOP : NOTIFY_DONE;
}

static struct notifier_block jit_test_catcher = {
	.notifier_call	= jit_test_notified,
	.priority	= INT_MAX,
};

static int jit_test_catch(bool (*trapped)(unsigned long addr,
					  struct pt_regs *regs))
{
	jit_test_trapped = trapped;
	return register_die_notifier(&jit_test_catcher);
}

static void jit_test_catch_end(void)
{
	unregister_die_notifier(&jit_test_catcher);
}

#else

/*
 * Nobody is asked before the task dies, so the function of the kernel is probed
 * that would let it: handled, it is made to say.
 */
static int jit_test_probed(struct kprobe *probe, struct pt_regs *regs)
{
	struct pt_regs *trap = (struct pt_regs *)regs->regs[0];

	if (user_mode(trap) || !jit_test_trapped(trap->pc, trap))
		return 0;
	regs->regs[0] = 0;
	regs->pc = regs->regs[30];
	return 1;
}

static struct kprobe jit_test_catcher = {
	.symbol_name	= "reserved_fault_brk_handler",
	.pre_handler	= jit_test_probed,
};

static int jit_test_catch(bool (*trapped)(unsigned long addr,
					  struct pt_regs *regs))
{
	jit_test_trapped = trapped;
	jit_test_catcher.addr = NULL;
	return register_kprobe(&jit_test_catcher);
}

static void jit_test_catch_end(void)
{
	unregister_kprobe(&jit_test_catcher);
}

#endif

#endif /* _JIT_TEST_CATCH_H */
