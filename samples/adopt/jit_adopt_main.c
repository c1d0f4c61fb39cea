// SPDX-License-Identifier: GPL-2.0
/*
 * Has the kernel's own users of executable memory run on jitalloc:
 *
 *	insmod jit_adopt.ko [bpf=0] [kprobes=0]
 *	cat /sys/kernel/debug/jit_adopt/stats
 *	echo 1 >/sys/kernel/debug/jit_adopt/drain
 *	rmmod jit_adopt
 *
 * What they have when it is loaded stays the kernel's. It cannot be unloaded while one
 * of them has a block of ours; after "drain" they take no new ones.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "jit_adopt.h"
#include "redirect.h"

static bool bpf = true;
module_param(bpf, bool, 0444);
MODULE_PARM_DESC(bpf, "adopt BPF's programs and trampolines (default)");

static bool kprobes = true;
module_param(kprobes, bool, 0444);
MODULE_PARM_DESC(kprobes, "adopt the instruction slots of kprobes (default)");

/* Those who are adopted; the last is NULL */
static struct adopt_user *users[3];
static bool is_on;

/**
 * adopt_is_on() - whether users get new blocks
 *
 * Context: Any.
 * Return: whether they do.
 */
bool adopt_is_on(void)
{
	return READ_ONCE(is_on);
}

/**
 * adopt_drain() - have users get no new blocks
 *
 * Context: Any.
 */
void adopt_drain(void)
{
	WRITE_ONCE(is_on, false);
}

static void restore(void)
{
	for (struct adopt_user **user = users; *user; user++)
		adopt_restore((*user)->redirects);
}

static int add(struct adopt_user *user, struct adopt_user **last)
{
	struct adopt_redirect *one;
	int err = adopt_redirect(user->redirects);

	if (err)
		return err;
	for (one = user->redirects; one->name; one++)
		pr_info("%s: %s() is redirected\n", user->name, one->name);
	*last = user;
	return 0;
}

static int __init jit_adopt_init(void)
{
	struct adopt_user **last = users;
	int err = 0;

	if (bpf)
		err = add(&adopt_bpf, last++);
	if (!err && kprobes)
		err = add(&adopt_kprobes, last++);
	if (err) {
		restore();
		return err;
	}
	if (last == users) {
		pr_err("nobody is to be adopted\n");
		return -EINVAL;
	}
	adopt_debugfs_init(users);
	/* Nobody has a block before this, so nothing had to be taken back from him. */
	WRITE_ONCE(is_on, true);
	return 0;
}

static void __exit jit_adopt_exit(void)
{
	adopt_debugfs_exit();
	restore();
}

module_init(jit_adopt_init);
module_exit(jit_adopt_exit);
MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has the kernel's BPF and kprobes run on jitalloc");
MODULE_LICENSE("GPL");
