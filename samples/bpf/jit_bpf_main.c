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
#include <linux/module.h>
#include <linux/string.h>

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

module_param_named(verify, jit_bpf_verify, bool, 0400);
MODULE_PARM_DESC(verify, "compare with the kernel's own filter on every packet (0)");

static int __init jit_bpf_init(void)
{
	int err;

	err = jit_bpf_skb_init();
	if (err)
		return err;
	err = jit_bpf_replace(filter, strlen(filter));
	if (err)
		goto out_skb;
	err = jit_bpf_attach(dev);
	if (err)
		goto out_filter;
	jit_bpf_debugfs_init();
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
