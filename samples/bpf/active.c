// SPDX-License-Identifier: GPL-2.0
/*
 * The filter that is in place: run on packets, looked at, replaced.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/filter.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

#include "jit_bpf.h"

bool jit_bpf_verify;

/* Serialises who replaces the filter and who looks at it. */
static DEFINE_MUTEX(filter_lock);
static struct jit_bpf_filter __rcu *active_filter;

static void compare(const struct jit_bpf_filter *f, struct sk_buff *skb,
		    u32 result)
{
	u32 expected = bpf_prog_run(f->kernel, skb);

	if (expected)
		this_cpu_inc(f->stats->kernel_matched);
	if (expected == result) {
		this_cpu_inc(f->stats->agree);
		return;
	}
	this_cpu_inc(f->stats->disagree);
	pr_err_ratelimited("a packet of %u bytes: %u, but %u by the kernel\n",
			   skb->len, result, expected);
}

/*
 * The call is an ordinary indirect one, to a landing pad, rather than a
 * static call: a filter changes together with its counters and with the
 * kernel's filter it is compared with, in one RCU update, which patching a
 * call site cannot do; and it costs no interrupt on other CPUs.
 */
static void run(const struct jit_bpf_filter *f, struct sk_buff *skb)
{
	u32 result = f->run(skb);

	this_cpu_inc(f->stats->seen);
	if (result)
		this_cpu_inc(f->stats->matched);
	if (f->kernel)
		compare(f, skb, result);
}

/**
 * jit_bpf_run - run the filter on a packet, and count what it says
 * @skb: the packet
 */
void jit_bpf_run(struct sk_buff *skb)
{
	rcu_read_lock();
	run(rcu_dereference(active_filter), skb);
	rcu_read_unlock();
}

/**
 * jit_bpf_replace - put another filter in place
 * @text: its program, of which all has been read
 *
 * Return: 0, or what is wrong with it; the old filter goes on then.
 */
int jit_bpf_replace(struct jit_bpf_text *text)
{
	struct jit_bpf_filter *new, *old;
	int err = jit_bpf_text_end(text);

	if (err)
		return err;
	new = jit_bpf_filter_create(&text->prog, jit_bpf_verify);
	if (IS_ERR(new))
		return PTR_ERR(new);

	mutex_lock(&filter_lock);
	old = rcu_replace_pointer(active_filter, new,
				  lockdep_is_held(&filter_lock));
	mutex_unlock(&filter_lock);
	if (old) {
		synchronize_net();
		jit_bpf_filter_destroy(old);
	}
	return 0;
}

/**
 * jit_bpf_get - look at the filter; it stays until jit_bpf_put()
 *
 * Return: the filter.
 */
struct jit_bpf_filter *jit_bpf_get(void)
{
	mutex_lock(&filter_lock);
	return rcu_dereference_protected(active_filter,
					 lockdep_is_held(&filter_lock));
}

/**
 * jit_bpf_put - let go of the filter
 */
void jit_bpf_put(void)
{
	mutex_unlock(&filter_lock);
}

/**
 * jit_bpf_remove - give the filter back; no packet comes any more
 */
void jit_bpf_remove(void)
{
	jit_bpf_filter_destroy(rcu_replace_pointer(active_filter, NULL, true));
}
