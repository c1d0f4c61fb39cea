// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/jitalloc: what is loaded and what is live, for root.
 *
 * The files are C's because those of the kernel crate have no owner: one that is
 * open does not hold the module, and closing it after that has gone is a fault.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "boundary/boundary.h"
#include "boundary/debugfs.h"
#include "sys/fault.h"

static int params_show(struct seq_file *m, void *unused)
{
	jit_rust_show_params(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(params);

static int stats_show(struct seq_file *m, void *unused)
{
	jit_rust_show_stats(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int live_show(struct seq_file *m, void *unused)
{
	jit_rust_show_live(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(live);

static int check_wx_show(struct seq_file *m, void *unused)
{
	jit_rust_show_check_wx(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(check_wx);

static struct dentry *dir;

#define jit_debugfs_file(...)						\
	jit_fault(debugfs_file, NULL, debugfs_create_file(__VA_ARGS__))

/**
 * jit_debugfs_create() - make the directory and its files
 *
 * Nothing follows from a failure but that they are not there.
 *
 * Context: Process context. May sleep.
 */
void jit_debugfs_create(void)
{
	dir = jit_fault(debugfs_dir, ERR_PTR(-ENOMEM),
			debugfs_create_dir("jitalloc", NULL));
	jit_debugfs_file("params", 0400, dir, NULL, &params_fops);
	jit_debugfs_file("stats", 0400, dir, NULL, &stats_fops);
	jit_debugfs_file("live", 0400, dir, NULL, &live_fops);
	jit_debugfs_file("check_wx", 0400, dir, NULL, &check_wx_fops);
}

/**
 * jit_debugfs_remove() - undo jit_debugfs_create()
 *
 * Waits for who reads a file just now.
 *
 * Context: Process context. May sleep.
 */
void jit_debugfs_remove(void)
{
	debugfs_remove(dir);
}
