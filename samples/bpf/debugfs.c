// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/jit_bpf: for root only.
 *
 *	filter	the program; write another one to replace it. It takes effect
 *		when the file is closed
 *	stats	counters of the filter that is in place
 *	code	where its machine code is, and what the page tables say of it
 *	image	the machine code itself, to be disassembled:
 *		objdump -D -b binary -m ARCH FILE
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/jit_emit.h>
#include <linux/jitalloc.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "jit_bpf.h"
#include "mapping.h"

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
	unsigned long addr = (unsigned long)filter->run;
	const void *thunk;
	struct jit_emit e;

	jit_bpf_show_dev(m);
	seq_printf(m, "instructions %u\nbytes %zu\n", filter->len, filter->size);
	seq_printf(m, "name %ps\n", (void *)addr);
	seq_printf(m, "range 0x%lx-0x%lx\n", range->start, range->end);
	seq_printf(m, "in_range %d\n", addr >= range->start && addr < range->end);
	seq_puts(m, "mapping ");
	show_mapping(m, filter->run);
	jit_emit_init(&e, NULL, 0, NULL);
	thunk = jit_emit_return_thunk(&e);
	if (thunk)
		seq_printf(m, "return %ps\n", thunk);
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

/**
 * struct writer - who has opened the file
 *
 * @lock: one task at a time
 * @text: what was written, %NULL if nothing was, or if it is in place
 * @end: how many bytes were
 */
struct writer {
	struct mutex		lock; /* one task at a time */
	struct jit_bpf_text	*text;
	loff_t			end;
};

static struct writer *writer_of(struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

static int filter_open(struct inode *inode, struct file *file)
{
	struct writer *writer = kzalloc_obj(*writer);
	int err;

	if (!writer)
		return -ENOMEM;
	mutex_init(&writer->lock);
	err = single_open(file, filter_show, writer);
	if (err)
		kfree(writer);
	return err;
}

/* A program comes in any number of parts, one behind the other. */
static ssize_t filter_write(struct file *file, const char __user *from,
			    size_t len, loff_t *pos)
{
	struct writer *writer = writer_of(file);
	char part[256];
	size_t done = 0;
	int err = 0;

	guard(mutex)(&writer->lock);
	if (*pos != writer->end)
		return -EINVAL;
	if (!writer->text)
		writer->text = jit_bpf_text_create();
	if (!writer->text)
		return -ENOMEM;
	while (done < len && !err) {
		size_t now = min(len - done, sizeof(part));

		if (copy_from_user(part, from + done, now))
			return -EFAULT;
		err = jit_bpf_text_add(writer->text, part, now);
		done += now;
	}
	if (err)
		return err;
	writer->end += len;
	*pos = writer->end;
	return len;
}

/* Puts in place what was written, if anything was. */
static int commit(struct writer *writer)
{
	struct jit_bpf_text *text __free(kvfree) = NULL;

	guard(mutex)(&writer->lock);
	text = writer->text;
	writer->text = NULL;
	writer->end = 0;
	return text ? jit_bpf_replace(text) : 0;
}

/*
 * Called at each close() of a descriptor, and what it returns is what that
 * returns; release() comes too late for this. A shell that runs several commands
 * with the same output shares the file with all of them, so only the last close()
 * means that the program is complete. Two at the same moment may both not be the
 * last: release() does it then, and an error is only in the log.
 */
static int filter_flush(struct file *file, fl_owner_t id)
{
	if (!(file->f_mode & FMODE_WRITE) || file_count(file) > 1)
		return 0;
	return commit(writer_of(file));
}

static int filter_release(struct inode *inode, struct file *file)
{
	struct writer *writer = writer_of(file);

	commit(writer);
	mutex_destroy(&writer->lock);
	kfree(writer);
	return single_release(inode, file);
}

static const struct file_operations filter_fops = {
	.owner = THIS_MODULE,
	.open = filter_open,
	.read = seq_read,
	.write = filter_write,
	.llseek = seq_lseek,
	.flush = filter_flush,
	.release = filter_release,
};

void jit_bpf_debugfs_init(void)
{
	dir = debugfs_create_dir("jit_bpf", NULL);
	/*
	 * The proxy of debugfs knows no flush(). It is there for files that go
	 * while they are open, and these don't: an open one holds the module.
	 */
	debugfs_create_file_unsafe("filter", 0600, dir, NULL, &filter_fops);
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
	debugfs_create_file("code", 0400, dir, NULL, &code_fops);
	debugfs_create_file("image", 0400, dir, NULL, &image_fops);
}

void jit_bpf_debugfs_exit(void)
{
	debugfs_remove(dir);
}
