// SPDX-License-Identifier: GPL-2.0
/*
 * Sample: a packet filter of one's own in memory from jit_text_alloc().
 *
 * Takes a classic BPF program in the form that "tcpdump -ddd" prints,
 * compiles it to machine code, runs every packet of an interface through it
 * and counts:
 *
 *	f=$(tcpdump -ddd icmp | tr '\n' ,)
 *	insmod jit_bpf.ko dev=lo verify=1 filter="\"$f\""
 *	ping -c 3 127.0.0.1
 *	cat /sys/kernel/debug/jit_bpf/stats
 *
 * A parameter of a module holds about a thousand characters. Longer programs,
 * and other programs at any later time, go to /sys/kernel/debug/jit_bpf/filter
 * in one write. With verify=1 the kernel's own filter of the same program
 * runs on every packet as well, and the results are compared.
 *
 * Packets are looked at as a packet socket sees them: incoming and outgoing,
 * from the link-layer header on. The code is checked but not hardened against
 * who wrote the program, who is root; there is no constant blinding.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/filter.h>
#include <linux/jitalloc.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "jit_bpf.h"

#ifdef CONFIG_CFI
/* Callers would look for a hash in front of the code, and find traps. */
#error "the generated code has no CFI hash"
#endif

static char *dev = "lo";
module_param(dev, charp, 0400);
MODULE_PARM_DESC(dev, "interface whose packets are filtered (lo)");

static char *filter = "1,6 0 0 262144";
module_param(filter, charp, 0400);
MODULE_PARM_DESC(filter, "program as tcpdump -ddd prints it, commas for line breaks (all packets)");

static bool verify;
module_param(verify, bool, 0400);
MODULE_PARM_DESC(verify, "compare with the kernel's own filter on every packet (0)");

/* Serialises who replaces the filter and who looks at it. */
static DEFINE_MUTEX(filter_lock);
static struct jit_bpf_filter __rcu *current_filter;

/* Changed under RTNL only. */
static struct net_device *attached;

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

/*
 * Others look at the same packet after this. All that is changed for the
 * time of the filter is where it begins.
 */
static int receive(struct sk_buff *skb, struct net_device *from,
		   struct packet_type *type, struct net_device *orig_dev)
{
	unsigned char *data = skb->data;
	unsigned int len = skb->len;

	if (skb->pkt_type != PACKET_LOOPBACK) {
		if (dev_has_header(from))
			skb_push(skb, skb->data - skb_mac_header(skb));
		rcu_read_lock();
		run(rcu_dereference(current_filter), skb);
		rcu_read_unlock();
		skb->data = data;
		skb->len = len;
	}
	consume_skb(skb);
	return 0;
}

static struct packet_type tap = {
	.type = htons(ETH_P_ALL),
	.func = receive,
};

static void detach(void)
{
	if (!attached)
		return;
	dev_remove_pack(&tap);
	dev_put(attached);
	attached = NULL;
}

/* Also called for every device when the notifier is unregistered. */
static int on_device(struct notifier_block *nb, unsigned long event, void *info)
{
	if (event == NETDEV_UNREGISTER &&
	    netdev_notifier_info_to_dev(info) == attached)
		detach();
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = on_device,
};

/* In the network namespace of who loads the module. */
static int attach(void)
{
	struct net_device *found;
	int err;

	found = dev_get_by_name(current->nsproxy->net_ns, dev);
	if (!found) {
		pr_err("no interface %s\n", dev);
		return -ENODEV;
	}
	tap.dev = found;
	attached = found;
	dev_add_pack(&tap);

	err = register_netdevice_notifier(&notifier);
	if (err)
		detach();
	return err;
}

/**
 * jit_bpf_replace - put another filter in place
 * @text: its program, as cbpf_parse() reads it
 * @len: length of @text
 *
 * Return: 0, or what is wrong with it; the old filter goes on then.
 */
int jit_bpf_replace(const char *text, size_t len)
{
	struct jit_bpf_filter *new = jit_bpf_filter_create(text, len, verify);
	struct jit_bpf_filter *old;

	if (IS_ERR(new))
		return PTR_ERR(new);

	mutex_lock(&filter_lock);
	old = rcu_replace_pointer(current_filter, new,
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
	return rcu_dereference_protected(current_filter,
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
 * jit_bpf_dev - say which interface is filtered
 *
 * Return: its name.
 */
const char *jit_bpf_dev(void)
{
	return dev;
}

static void destroy_last_filter(void)
{
	jit_bpf_filter_destroy(rcu_replace_pointer(current_filter, NULL, true));
}

static int __init jit_bpf_init(void)
{
	int err;

	err = jit_bpf_skb_init();
	if (err)
		return err;
	err = jit_bpf_replace(filter, strlen(filter));
	if (err)
		goto out_skb;
	err = attach();
	if (err)
		goto out_filter;
	jit_bpf_debugfs_init();
	return 0;

out_filter:
	destroy_last_filter();
out_skb:
	jit_bpf_skb_exit();
	return err;
}

static void __exit jit_bpf_exit(void)
{
	jit_bpf_debugfs_exit();
	unregister_netdevice_notifier(&notifier);
	destroy_last_filter();
	jit_bpf_skb_exit();
}

module_init(jit_bpf_init);
module_exit(jit_bpf_exit);

MODULE_DESCRIPTION("Counts packets that match a compiled classic BPF filter");
MODULE_LICENSE("GPL");
