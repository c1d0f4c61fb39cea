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
 * Other programs at any later time go to /sys/kernel/debug/jit_bpf/filter:
 *
 *	tcpdump -ddd udp > /sys/kernel/debug/jit_bpf/filter
 *
 * A program takes effect when the file is closed. With verify=1 the kernel's own
 * filter of the same program runs on every packet as well, and the results are
 * compared.
 *
 * Packets are looked at as a packet socket sees them: incoming and outgoing,
 * from the link-layer header on. The code is checked but not hardened against
 * who wrote the program, who is root; there is no constant blinding.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "jit_bpf.h"

#ifdef CONFIG_CFI
/* Callers would look for a hash in front of the code, and find traps. */
#error "the generated code has no CFI hash"
#endif

static char *dev = "lo";
module_param(dev, charp, 0400);
MODULE_PARM_DESC(dev, "interface whose packets are filtered (lo)");

/* Read while parameters are, for a charp has room for 1,023 characters only. */
static struct jit_bpf_text *filter_text;

/* Also if the module does not load after all */
static void filter_free(void *arg)
{
	kvfree(filter_text);
	filter_text = NULL;
}

static int filter_set(const char *text, const struct kernel_param *kp)
{
	struct jit_bpf_text *new = jit_bpf_text_create();
	int err;

	if (!new)
		return -ENOMEM;
	err = jit_bpf_text_add(new, text, strlen(text));
	if (err) {
		kvfree(new);
		return err;
	}
	/* The last one counts. */
	filter_free(NULL);
	filter_text = new;
	return 0;
}

static const struct kernel_param_ops filter_ops = {
	.set = filter_set,
	.free = filter_free,
};

module_param_cb(filter, &filter_ops, NULL, 0);
MODULE_PARM_DESC(filter, "program as tcpdump -ddd prints it, commas for line breaks (all packets)");

module_param_named(verify, jit_bpf_verify, bool, 0400);
MODULE_PARM_DESC(verify, "compare with the kernel's own filter on every packet (0)");

static int __init jit_bpf_init(void)
{
	int err;

	if (!filter_text) {
		err = filter_set("1,6 0 0 262144", NULL);
		if (err)
			return err;
	}
	err = jit_bpf_skb_init();
	if (err)
		return err;
	err = jit_bpf_replace(filter_text);
	if (err)
		goto out_skb;
	err = jit_bpf_attach(dev);
	if (err)
		goto out_filter;
	jit_bpf_debugfs_init();
	filter_free(NULL);
	return 0;

out_filter:
	jit_bpf_remove();
out_skb:
	jit_bpf_skb_exit();
	return err;
}

static void __exit jit_bpf_exit(void)
{
	jit_bpf_debugfs_exit();
	jit_bpf_detach();
	jit_bpf_remove();
	jit_bpf_skb_exit();
}

module_init(jit_bpf_init);
module_exit(jit_bpf_exit);

MODULE_DESCRIPTION("Counts packets that match a compiled classic BPF filter");
MODULE_LICENSE("GPL");
