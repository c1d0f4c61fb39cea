// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's files in debugfs.
 *
 *	sizes	takes 32 bit numbers: sizes that are equally likely
 *	run	takes a line "NAME=VALUE ..." and does what it says, in the
 *		context of the writer
 *	results	what the last run found, a line "NAME VALUE" each
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "bench.h"
#include "kfn.h"
#include "meter.h"

static DEFINE_MUTEX(lock);
static struct bench_args *args;
static struct dentry *dir;

static int run_calibrate(const struct bench_args *args)
{
	return bench_calibrate(args->ms);
}

static int run_events(const struct bench_args *args)
{
	return bench_events_start();
}

/* A window in which nothing is done, to know what happens anyway */
static int run_idle(const struct bench_args *args)
{
	msleep(args->ms);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct bench_args *args);
} workloads[] = {
	{ "calibrate", run_calibrate },
	{ "events", run_events },
	{ "idle", run_idle },
	{ "cycle", bench_run_cycle },
	{ "live", bench_run_live },
	{ "churn", bench_run_churn },
	{ "burst", bench_run_burst },
	{ "fresh", bench_run_fresh },
	{ "hostile", bench_run_hostile },
	{ "threads", bench_run_threads },
	{ "cross", bench_run_cross },
	{ "exec", bench_run_exec },
	{ "writes", bench_run_writes },
};

static int parse_one(char *word, const char **workload)
{
	const struct {
		const char *name;
		u32 *value;
	} numbers[] = {
		{ "size", &args->size }, { "type", &args->type },
		{ "n", &args->n }, { "live", &args->live },
		{ "seed", &args->seed }, { "cpu", &args->cpu },
		{ "threads", &args->threads }, { "ms", &args->ms },
		{ "budget", &args->budget }, { "pace", &args->pace },
	};
	char *value = strchr(word, '=');
	int i;

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(word, "workload")) {
		*workload = value;
		return 0;
	}
	if (!strcmp(word, "peer")) {
		args->peer = bench_find_peer(value);
		return args->peer ? 0 : -ENOENT;
	}
	if (!strcmp(word, "model"))
		return strscpy(args->model, value) < 0 ? -EINVAL : 0;
	if (!strcmp(word, "levels"))
		return strscpy(args->levels, value) < 0 ? -EINVAL : 0;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!strcmp(word, numbers[i].name))
			return kstrtou32(value, 0, numbers[i].value);
	return -EINVAL;
}

static void default_args(void)
{
	args->peer = bench_find_peer("null");
	args->size = 256;
	args->type = JIT_BPF;
	args->n = 1000;
	args->live = 0;
	args->seed = 1;
	args->cpu = 0;
	args->threads = 1;
	args->ms = 100;
	args->budget = 0;
	args->pace = 0;
	args->model[0] = '\0';
	args->levels[0] = '\0';
}

static int parse(char *line, const char **workload)
{
	char *word;
	int err;

	default_args();
	line = strim(line);
	while ((word = strsep(&line, " "))) {
		if (!*word)
			continue;
		err = parse_one(word, workload);
		if (err)
			return err;
	}
	if (args->size > BENCH_MAX_SIZE || args->type > BENCH_MIXED ||
	    !args->n || (!args->size && !args->nr_sizes))
		return -EINVAL;
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *buf,
			 size_t len, loff_t *ppos)
{
	char *line __free(kfree) = memdup_user_nul(buf, min(len, 1024UL));
	const char *workload = "";
	u64 begin;
	int i, err;

	if (IS_ERR(line))
		return PTR_ERR(no_free_ptr(line));
	guard(mutex)(&lock);
	bench_out_reset();
	err = parse(line, &workload);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(workloads); i++) {
		if (strcmp(workload, workloads[i].name))
			continue;
		begin = ktime_get_ns();
		err = workloads[i].run(args);
		bench_out("run_ns %llu\n", ktime_get_ns() - begin);
		return err ? err : len;
	}
	return -EINVAL;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
};

static ssize_t results_read(struct file *file, char __user *buf, size_t len,
			    loff_t *ppos)
{
	guard(mutex)(&lock);
	return bench_out_read(buf, len, ppos);
}

static const struct file_operations results_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = results_read,
};

static ssize_t sizes_write(struct file *file, const char __user *buf,
			   size_t len, loff_t *ppos)
{
	u32 nr = len / sizeof(u32), i;

	if (!nr || nr > BENCH_MAX_SIZES || len % sizeof(u32))
		return -EINVAL;
	guard(mutex)(&lock);
	args->nr_sizes = 0;
	if (copy_from_user(args->sizes, buf, len))
		return -EFAULT;
	for (i = 0; i < nr; i++)
		if (!args->sizes[i] || args->sizes[i] > BENCH_MAX_SIZE)
			return -EINVAL;
	args->nr_sizes = nr;
	return len;
}

static const struct file_operations sizes_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = sizes_write,
};

static void free_memory(void)
{
	bench_out_exit();
	vfree(args);
}

static void __exit bench_exit(void)
{
	debugfs_remove(dir);
	bench_events_stop();
	bench_meter_exit();
	free_memory();
}

static int __init bench_init(void)
{
	int err = bench_kfn_resolve();

	if (!err)
		err = bench_peers_init();
	if (err) {
		pr_err("cannot find what is to be compared: %d\n", err);
		return err;
	}
	err = bench_out_init();
	if (err)
		return err;
	args = vzalloc(sizeof(*args));
	err = args ? bench_meter_init() : -ENOMEM;
	if (err) {
		free_memory();
		return err;
	}

	dir = debugfs_create_dir("jit_bench", NULL);
	debugfs_create_file("sizes", 0200, dir, NULL, &sizes_fops);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("results", 0400, dir, NULL, &results_fops);
	return 0;
}
module_init(bench_init);
module_exit(bench_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Compares jitalloc with the kernel's own allocators");
MODULE_LICENSE("GPL");
