// SPDX-License-Identifier: GPL-2.0
/*
 * Functions of the kernel are redirected as by a live patch: ftrace calls us where a
 * function begins, and returns into another one, which has the same arguments.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "redirect.h"

static void notrace redirect(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct adopt_redirect *redirect =
		container_of(ops, struct adopt_redirect, ops);

	/* We call the original. */
	if (within_module(parent_ip, THIS_MODULE))
		return;
	/* Preemption is off from here into the function that takes it back. */
	atomic_inc(&redirect->inside);
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)redirect->to);
}

static int redirect_one(struct adopt_redirect *one)
{
	int err;

	one->set_original((void *)one->addr);
	one->ops.func = redirect;
	one->ops.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT;
#ifndef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
	one->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;
#endif
	err = ftrace_set_filter_ip(&one->ops, one->addr, 0, 0);
	if (err) {
		pr_err("%s() cannot be traced: %pe\n", one->name, ERR_PTR(err));
		return err;
	}
	err = register_ftrace_function(&one->ops);
	if (err) {
		/* -EBUSY: a live patch has it. */
		pr_err("%s() cannot be redirected: %pe\n", one->name,
		       ERR_PTR(err));
		ftrace_free_filter(&one->ops);
	}
	return err;
}

/* Has everybody call the kernel's functions again, and waits until we are left. */
static void restore(struct adopt_redirect *redirects, struct adopt_redirect *end)
{
	struct adopt_redirect *one;

	for (one = redirects; one < end; one++)
		unregister_ftrace_function(&one->ops);
	for (one = redirects; one < end; one++) {
		while (atomic_read(&one->inside))
			fsleep(USEC_PER_MSEC);
		ftrace_free_filter(&one->ops);
	}
	/* Who has counted himself out is still in our text for a few instructions. */
	if (end > redirects)
		synchronize_rcu_tasks();
}

/**
 * adopt_redirect() - redirect functions
 * @redirects: them; the last is empty
 *
 * Context: Process context. May sleep.
 * Return: 0, or a negative errno after a message, and then none is redirected.
 */
int adopt_redirect(struct adopt_redirect *redirects)
{
	struct adopt_redirect *one;
	int err;

	/* All at first, for a kprobe takes a slot for an instruction itself. */
	for (one = redirects; one->name; one++) {
		err = adopt_resolve(one);
		if (err)
			return err;
	}
	for (one = redirects; one->name; one++) {
		err = redirect_one(one);
		if (err) {
			restore(redirects, one);
			return err;
		}
	}
	return 0;
}

/**
 * adopt_restore() - take redirections back
 * @redirects: those that adopt_redirect() has made
 *
 * Context: Process context. Sleeps until no task is in a function of ours.
 */
void adopt_restore(struct adopt_redirect *redirects)
{
	struct adopt_redirect *end = redirects;

	while (end->name)
		end++;
	restore(redirects, end);
}
