// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/jitalloc: what is loaded and what is live, for root.
 *
 * The files are C's because those of the kernel crate have no owner: one that is
 * open does not hold the module, and closing it after that has gone is a fault.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "boundary/debugfs.h"
#include "boundary/watch.h"
#include "sys/fault.h"
#include "sys/kfn.h"

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

static int histograms_show(struct seq_file *m, void *unused)
{
	jit_rust_show_histograms(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(histograms);

static int owners_show(struct seq_file *m, void *unused)
{
	return jit_rust_show_owners(m);
}
DEFINE_SHOW_ATTRIBUTE(owners);

/*
 * Files with a line for each block, or for each pack. Nothing is held between two
 * lines: the position is an address, and the next line is of what is at that
 * address or behind it.
 */
static void items_stop(struct seq_file *m, void *v)
{
}

static void *blocks_start(struct seq_file *m, loff_t *pos)
{
	struct jit_block *block = m->private;
	u64 at = *pos;

	if (!at)
		return SEQ_START_TOKEN;
	if (!jit_rust_next_block(&at, block))
		return NULL;
	*pos = at;
	return block;
}

static void *blocks_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return blocks_start(m, pos);
}

static int blocks_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(m, "# address size type pool module caller name age_ms\n");
	else
		jit_rust_show_block(m, v, jit_watch_elapsed_ms());
	return 0;
}

static const struct seq_operations blocks_sops = {
	.start	= blocks_start,
	.next	= blocks_next,
	.stop	= items_stop,
	.show	= blocks_show,
};

static int blocks_open(struct inode *inode, struct file *file)
{
	return jit_fault(debugfs_open, -ENOMEM,
			 seq_open_private(file, &blocks_sops,
					  sizeof(struct jit_block)));
}

static const struct file_operations blocks_fops = {
	.owner		= THIS_MODULE,
	.open		= blocks_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= seq_release_private,
};

static void *packs_start(struct seq_file *m, loff_t *pos)
{
	unsigned long *start = m->private;
	u64 at = *pos;

	if (!at)
		return SEQ_START_TOKEN;
	if (!jit_rust_next_pack(&at, start))
		return NULL;
	*pos = at;
	return start;
}

static void *packs_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return packs_start(m, pos);
}

static int packs_show(struct seq_file *m, void *v)
{
	const unsigned long *start = v;
	int err;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "# address bytes kind pool types module caller live asked_bytes live_bytes kept_bytes free_bytes free_runs largest_free live_map free_map\n");
		return 0;
	}
	err = jit_rust_show_pack(m, *start);
	/* It has gone since it was found. */
	return err == -ENOENT ? SEQ_SKIP : err;
}

static const struct seq_operations packs_sops = {
	.start	= packs_start,
	.next	= packs_next,
	.stop	= items_stop,
	.show	= packs_show,
};

static int packs_open(struct inode *inode, struct file *file)
{
	return jit_fault(debugfs_open, -ENOMEM,
			 seq_open_private(file, &packs_sops,
					  sizeof(unsigned long)));
}

static const struct file_operations packs_fops = {
	.owner		= THIS_MODULE,
	.open		= packs_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= seq_release_private,
};

static int watch_get(void *data, u64 *is_on)
{
	*is_on = jit_watch_elapsed_ms() >= 0;
	return 0;
}

static int watch_set(void *data, u64 is_on)
{
	return is_on > 1 ? -EINVAL : jit_watch_set(is_on);
}
DEFINE_DEBUGFS_ATTRIBUTE(watch_fops, watch_get, watch_set, "%llu\n");

/**
 * jit_debugfs_shows_addresses() - whether who reads a file sees addresses
 * @m: the file
 *
 * The kernel's own rule for /proc/kallsyms and the probes in debugfs, with
 * kptr_restrict. Others see zeroes.
 *
 * Context: Process context.
 * Return: whether he does.
 */
bool jit_debugfs_shows_addresses(const struct seq_file *m)
{
	return jit_kfn_kallsyms_show_value(m->file->f_cred);
}

/* Splits what %pS prints, "CALLER [MODULE]", and returns the module or %NULL. */
static char *split_symbol(char *symbol, unsigned long caller)
{
	char *module;

	sprint_symbol(symbol, caller);
	module = strstr(symbol, " [");
	if (!module)
		return NULL;
	*module = '\0';
	module += 2;
	module[strcspn(module, " ]")] = '\0';
	return module;
}

/**
 * jit_debugfs_module_name() - which module a caller is part of
 * @caller: its address
 * @name: where the name goes, %JIT_MODULE_NAME_SIZE bytes; "-" if it is of none
 *
 * Context: Any.
 */
void jit_debugfs_module_name(unsigned long caller, char *name)
{
	char symbol[KSYM_SYMBOL_LEN];
	const char *module = split_symbol(symbol, caller);

	strscpy(name, module ?: "-", JIT_MODULE_NAME_SIZE);
}

/**
 * jit_debugfs_print_caller() - print the name of a caller's module, and its own
 * @m: where to
 * @caller: its address
 *
 * One without a name is an address, or "-" to whom no addresses are shown. No call
 * returns to the start of a function: that of a module's first one stands for the
 * whole of its initialisation.
 *
 * Context: Any.
 */
void jit_debugfs_print_caller(struct seq_file *m, unsigned long caller)
{
	char symbol[KSYM_SYMBOL_LEN];
	const char *module = split_symbol(symbol, caller);

	if (strstr(symbol, "+0x0/"))
		strscpy(symbol, "(init)", sizeof(symbol));
	else if (symbol[0] == '0' && !jit_debugfs_shows_addresses(m))
		strscpy(symbol, "-", sizeof(symbol));
	seq_printf(m, "%s %s", module ?: "-", symbol);
}

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
	jit_debugfs_file("owners", 0400, dir, NULL, &owners_fops);
	jit_debugfs_file("blocks", 0400, dir, NULL, &blocks_fops);
	jit_debugfs_file("packs", 0400, dir, NULL, &packs_fops);
	jit_debugfs_file("histograms", 0400, dir, NULL, &histograms_fops);
	jit_fault(debugfs_file, NULL,
		  debugfs_create_file_unsafe("watch", 0600, dir, NULL,
					     &watch_fops));
}

/**
 * jit_debugfs_remove() - undo jit_debugfs_create()
 *
 * Waits for who reads a file just now. Nobody watches any more after it.
 *
 * Context: Process context. May sleep.
 */
void jit_debugfs_remove(void)
{
	debugfs_remove(dir);
	jit_watch_set(false);
}
