// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/jit_bpf: for root only.
 *
 *	filter	the program; write another one to replace it, in one write
 *	stats	counters of the filter that is in place
 *	code	where its machine code is, and what the page tables say of it
 *	image	the machine code itself, to be disassembled:
 *		objdump -D -b binary -m i386:x86-64 FILE
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/jitalloc.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../x86_mapping.h"
#include "jit_bpf.h"

static struct dentry *dir;

static int stats_show(struct seq_file *m, void *v)
{
	struct jit_bpf_filter *filter = jit_bpf_get();
	struct jit_bpf_stats sum;

	jit_bpf_filter_sum(filter, &sum);
	seq_printf(m, "seen %llu\nmatched %llu\n", sum.seen, sum.matched);
	if (filter->kernel)
		seq_printf(m, "kernel_matched %llu\nagree %llu\ndisagree %llu\n",
			   sum.kernel_matched, sum.agree, sum.disagree);
	jit_bpf_put();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int code_show(struct seq_file *m, void *v)
{
	const struct jit_alloc_params *params = jit_alloc_arch_params();
	const struct jit_range *range = &params->ranges[JIT_BPF];
	struct jit_bpf_filter *filter = jit_bpf_get();
	u64 thunk = jit_bpf_skb_env()->return_thunk;
	unsigned long addr = (unsigned long)filter->run;

	seq_printf(m, "device %s\n", jit_bpf_dev());
	seq_printf(m, "instructions %u\nbytes %zu\n", filter->len, filter->size);
	seq_printf(m, "range 0x%lx-0x%lx\n", range->start, range->end);
	seq_printf(m, "in_range %d\n", addr >= range->start && addr < range->end);
	seq_puts(m, "mapping ");
	x86_show_mapping(m, filter->run);
	if (thunk)
		seq_printf(m, "return %ps\n", (void *)thunk);
	else
		seq_puts(m, "return plain\n");
	jit_bpf_put();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(code);

static int image_show(struct seq_file *m, void *v)
{
	struct jit_bpf_filter *filter = jit_bpf_get();

	seq_write(m, filter->run, filter->size);
	jit_bpf_put();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(image);

static int filter_show(struct seq_file *m, void *v)
{
	struct jit_bpf_filter *filter = jit_bpf_get();
	unsigned int i;

	seq_printf(m, "%u\n", filter->len);
	for (i = 0; i < filter->len; i++)
		seq_printf(m, "%u %u %u %u\n", filter->insn[i].code,
			   filter->insn[i].jt, filter->insn[i].jf,
			   filter->insn[i].k);
	jit_bpf_put();
	return 0;
}

static int filter_open(struct inode *inode, struct file *file)
{
	return single_open(file, filter_show, NULL);
}

/* A part of a program is not a program: one write has to bring it all. */
static ssize_t filter_write(struct file *file, const char __user *from,
			    size_t len, loff_t *pos)
{
	char *text __free(kvfree) = NULL;
	int err;

	if (*pos || len > CBPF_TEXT_MAX)
		return -EINVAL;
	text = kvmalloc(len + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	err = jit_bpf_replace(text, len);
	if (err)
		return err;
	*pos += len;
	return len;
}

static const struct file_operations filter_fops = {
	.owner = THIS_MODULE,
	.open = filter_open,
	.read = seq_read,
	.write = filter_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void jit_bpf_debugfs_init(void)
{
	dir = debugfs_create_dir("jit_bpf", NULL);
	debugfs_create_file("filter", 0600, dir, NULL, &filter_fops);
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
	debugfs_create_file("code", 0400, dir, NULL, &code_fops);
	debugfs_create_file("image", 0400, dir, NULL, &image_fops);
}

void jit_bpf_debugfs_exit(void)
{
	debugfs_remove(dir);
}
