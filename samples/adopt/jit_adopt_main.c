// SPDX-License-Identifier: GPL-2.0
/*
 * Has the kernel's own users of executable memory run on jitalloc:
 *
 *	insmod jit_adopt.ko [bpf=0] [kprobes=0] [ftrace=0] [modules=0]
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

#ifdef CONFIG_X86_64
static bool ftrace = true;
module_param(ftrace, bool, 0444);
MODULE_PARM_DESC(ftrace, "adopt the trampolines of ftrace (default)");

static bool modules = true;
module_param(modules, bool, 0444);
MODULE_PARM_DESC(modules, "adopt the text of modules (default)");
#endif

/* Who can be adopted: trampolines are x86's, and what seals modules is x86's here. */
static const struct {
	const bool *is_wanted;
	struct adopt_user *user;
} all[] = {
	{ &bpf, &adopt_bpf },
	{ &kprobes, &adopt_kprobes },
#ifdef CONFIG_X86_64
	{ &ftrace, &adopt_ftrace },
	{ &modules, &adopt_modules },
#endif
};

/* Those who are adopted; the last is NULL */
static struct adopt_user *users[ARRAY_SIZE(all) + 1];
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

/* The user before @user who has the same functions, or NULL */
static struct adopt_user *shares_with(struct adopt_user **user)
{
	for (struct adopt_user **other = users; other < user; other++)
		if ((*other)->redirects == (*user)->redirects)
			return *other;
	return NULL;
}

static void restore(void)
{
	for (struct adopt_user **user = users; *user; user++)
		if (!shares_with(user))
			adopt_restore((*user)->redirects);
}

static int add(struct adopt_user *user, struct adopt_user **last)
{
	struct adopt_user *other;
	struct adopt_redirect *one;
	int err;

	*last = user;
	other = shares_with(last);
	err = other ? 0 : adopt_redirect(user->redirects);
	if (err) {
		*last = NULL;
		return err;
	}
	user->is_adopted = true;
	if (other)
		pr_info("%s: as for %s\n", user->name, other->name);
	else
		for (one = user->redirects; one->name; one++)
			pr_info("%s: %s() is redirected\n", user->name,
				one->name);
	return 0;
}

static int __init jit_adopt_init(void)
{
	struct adopt_user **last = users;
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all) && !err; i++)
		if (*all[i].is_wanted)
			err = add(all[i].user, last++);
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
MODULE_DESCRIPTION("Has the kernel's own users of executable memory run on jitalloc");
MODULE_LICENSE("GPL");
