// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come from: a device, as a packet socket sees it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "jit_bpf.h"

/* Changed under RTNL only. */
static struct net_device *attached;

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
		jit_bpf_run(skb);
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

/**
 * jit_bpf_attach - look at the packets of a device
 * @name: its name, in the network namespace of who loads the module
 *
 * Return: 0 or a negative errno.
 */
int jit_bpf_attach(const char *name)
{
	struct net_device *found;
	int err;

	found = dev_get_by_name(current->nsproxy->net_ns, name);
	if (!found) {
		pr_err("no interface %s\n", name);
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
 * jit_bpf_detach - look at no more packets
 *
 * None is in the filter when this returns.
 */
void jit_bpf_detach(void)
{
	unregister_netdevice_notifier(&notifier);
}

/**
 * jit_bpf_show_dev - say which interface is filtered
 * @m: where to
 *
 * Its name is the one that it has now.
 */
void jit_bpf_show_dev(struct seq_file *m)
{
	rtnl_lock();
	if (attached)
		seq_printf(m, "device %s%s\n", netdev_name(attached),
			   netif_running(attached) ? "" : " (down)");
	else
		seq_puts(m, "device (gone)\n");
	rtnl_unlock();
}
