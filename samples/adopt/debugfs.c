// SPDX-License-Identifier: GPL-2.0
/*
 * What is adopted, and the end of it: writing 1 to "drain" has no new blocks taken.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "jit_adopt.h"

static struct dentry *dir;
static struct adopt_user *const *shown;

static int stats_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "# user allocated freed fell_through written\n");
	for (struct adopt_user *const *user = shown; *user; user++)
		seq_printf(m, "%s %ld %ld %ld %ld\n", (*user)->name,
			   atomic_long_read(&(*user)->allocated),
			   atomic_long_read(&(*user)->freed),
			   atomic_long_read(&(*user)->fell_through),
			   atomic_long_read(&(*user)->written));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int drain_get(void *data, u64 *value)
{
	*value = !adopt_is_on();
	return 0;
}

static int drain_set(void *data, u64 value)
{
	if (value != 1)
		return -EINVAL;
	adopt_drain();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(drain_fops, drain_get, drain_set, "%llu\n");

/**
 * adopt_debugfs_init() - make the files; without them all else goes on
 * @users: who is adopted; the last is %NULL
 *
 * Context: Process context. May sleep.
 */
void adopt_debugfs_init(struct adopt_user *const *users)
{
	shown = users;
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
	debugfs_create_file_unsafe("drain", 0600, dir, NULL, &drain_fops);
}

/**
 * adopt_debugfs_exit() - remove the files
 *
 * Context: Process context. May sleep.
 */
void adopt_debugfs_exit(void)
{
	debugfs_remove(dir);
}
