// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/jit_kprobe/
 *
 *	hits		calls of the function
 *	matches		calls that the filter let through
 *	missed		calls that the kernel could not give to the probe
 *	cpus		hits and matches of every CPU
 *	enabled		write 0 to stop counting, 1 to go on
 *	filter		function, filter, and where its code is
 *	code		the code itself: objdump -D -b binary -m ARCH
 */
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/jitalloc.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "jit_kprobe.h"
#include "mapping.h"

static struct dentry *dir;
static DEFINE_MUTEX(enable_lock);

static int hits_show(struct seq_file *m, void *unused)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(jit_kprobe_counts, cpu).hits);
	seq_printf(m, "%llu\n", sum);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hits);

static int matches_show(struct seq_file *m, void *unused)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(jit_kprobe_counts, cpu).matches);
	seq_printf(m, "%llu\n", sum);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(matches);

static int missed_show(struct seq_file *m, void *unused)
{
	const struct jit_kprobe *probe = m->private;

	seq_printf(m, "%lu\n", READ_ONCE(probe->kp.nmissed));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(missed);

static int enabled_get(void *data, u64 *val)
{
	struct jit_kprobe *probe = data;

	*val = !kprobe_disabled(&probe->kp);
	return 0;
}

static int enabled_set(void *data, u64 val)
{
	struct jit_kprobe *probe = data;

	if (val > 1)
		return -EINVAL;

	guard(mutex)(&enable_lock);
	return val ? enable_kprobe(&probe->kp) : disable_kprobe(&probe->kp);
}
DEFINE_DEBUGFS_ATTRIBUTE(enabled_fops, enabled_get, enabled_set, "%llu\n");

static int cpus_show(struct seq_file *m, void *unused)
{
	int cpu;

	for_each_online_cpu(cpu)
		seq_printf(m, "cpu%d %llu %llu\n", cpu,
			   READ_ONCE(per_cpu(jit_kprobe_counts, cpu).hits),
			   READ_ONCE(per_cpu(jit_kprobe_counts, cpu).matches));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cpus);

static int filter_show(struct seq_file *m, void *unused)
{
	const struct jit_kprobe *probe = m->private;
	const struct predicate *pred = &probe->pred;
	const struct jit_range *range =
		&jit_alloc_arch_params()->ranges[JIT_KPROBES];
	u64 all = U64_MAX >> (64 - pred->bits);

	seq_printf(m, "function: %s\n", probe->kp.symbol_name);

	seq_printf(m, "filter: (%c%u)arg%u", pred->is_signed ? 's' : 'u',
		   pred->bits, pred->arg);
	if ((pred->mask & all) != all)
		seq_printf(m, " & 0x%llx", pred->mask & all);
	seq_printf(m, pred->is_signed ? " %s %lld\n" : " %s %llu\n",
		   jit_kprobe_op_sign(pred->op), pred->value);

	seq_printf(m, "text: 0x%lx, %u bytes\n", (unsigned long)probe->match,
		   probe->len);
	seq_printf(m, "name: %ps\n", (void *)probe->match);
	seq_printf(m, "range: 0x%lx-0x%lx\n", range->start, range->end);
	seq_puts(m, "mapping: ");
	show_mapping(m, probe->match);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(filter);

/* Not a blob of debugfs, which would not hold the module while it is open. */
static int code_show(struct seq_file *m, void *unused)
{
	const struct jit_kprobe *probe = m->private;

	seq_write(m, probe->match, probe->len);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(code);

void jit_kprobe_debugfs_init(struct jit_kprobe *probe)
{
	dir = debugfs_create_dir("jit_kprobe", NULL);
	debugfs_create_file("hits", 0400, dir, probe, &hits_fops);
	debugfs_create_file("matches", 0400, dir, probe, &matches_fops);
	debugfs_create_file("missed", 0400, dir, probe, &missed_fops);
	debugfs_create_file_unsafe("enabled", 0600, dir, probe, &enabled_fops);
	debugfs_create_file("cpus", 0400, dir, probe, &cpus_fops);
	debugfs_create_file("filter", 0400, dir, probe, &filter_fops);
	debugfs_create_file("code", 0400, dir, probe, &code_fops);
}

void jit_kprobe_debugfs_exit(void)
{
	debugfs_remove(dir);
}
