// SPDX-License-Identifier: GPL-2.0
/*
 * Faults that are injected on purpose, in a build for tests only.
 *
 * As the kernel's own (lib/fault-inject.c), which a stock kernel is built without,
 * and by the same names: /sys/kernel/debug/fail_jitalloc has
 *
 *	fail-nth	as /proc/self/fail-nth: the task that writes N has the Nth
 *			point that it passes from then on fail; it reads how many
 *			are left, 0 once that has happened
 *	make-it-fail	as /proc/self/make-it-fail: marks the task that writes 1
 *	probability	of a fault, in per cent; of marked tasks if task-filter is Y
 *	interval	only each so many points that are passed
 *	times		at most so many faults, -1 without an end
 *	space		not before as many points have been passed
 *	task-filter
 *	verbose		0: says nothing in the log
 *	seed		what the dice begin with: the same points passed in the same
 *			order fail again. Writing it begins anew
 *	points		how often each point was passed, and how often it failed.
 *			Writing it makes both 0
 *
 * Module parameters of the same names are for what fails while the module is
 * loaded: fail_nth counts the points of that task, and reads how many are left.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "sys/fault.h"

static const char * const names[NR_JIT_FAULTS] = {
#define POINT(name) #name,
	JIT_FAULT_LIST(POINT)
#undef POINT
};

static struct {
	atomic_long_t passed;
	atomic_long_t injected;
} points[NR_JIT_FAULTS];

/* What a task wants for itself. Its own file writes it, its own points read it. */
static struct fault_task {
	pid_t pid;
	unsigned int fail_nth;
	bool make_it_fail;
} tasks[16];

static DEFINE_SPINLOCK(tasks_lock);

static unsigned int fail_nth;
module_param(fail_nth, uint, 0444);
MODULE_PARM_DESC(fail_nth, "fail the Nth step of loading the module that can fail");

static unsigned long probability;
module_param(probability, ulong, 0444);
MODULE_PARM_DESC(probability, "of a fault, in per cent");

static u32 seed;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "what the dice begin with");

static unsigned long interval = 1;
static atomic_t times = ATOMIC_INIT(-1);
static atomic_t space;
static u32 verbose = 1;
static bool task_filter;
static atomic_t passed;
static atomic_t thrown;

static struct fault_task *this_task(void)
{
	pid_t pid = task_pid_nr(current);
	int i;

	if (!in_task())
		return NULL;
	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		if (READ_ONCE(tasks[i].pid) == pid)
			return &tasks[i];
	return NULL;
}

/* This task's, made if there is none and given back if it wants nothing */
static int set_task(unsigned int *nth, bool *make_it_fail)
{
	struct fault_task *task;

	guard(spinlock)(&tasks_lock);
	task = this_task();
	for (int i = 0; !task && i < ARRAY_SIZE(tasks); i++)
		if (!tasks[i].pid)
			task = &tasks[i];
	if (!task)
		return -EBUSY;
	if (nth)
		task->fail_nth = *nth;
	if (make_it_fail)
		task->make_it_fail = *make_it_fail;
	WRITE_ONCE(task->pid, task->fail_nth || task->make_it_fail ?
			      task_pid_nr(current) : 0);
	return 0;
}

/* As should_fail_ex() */
static bool should_fail(void)
{
	struct fault_task *task = this_task();

	if (task && task->fail_nth)
		return !--task->fail_nth;
	if (fail_nth && in_task() &&
	    THIS_MODULE->state == MODULE_STATE_COMING)
		return !--fail_nth;
	if (!probability || !atomic_read(&times))
		return false;
	if (task_filter && !(task && task->make_it_fail))
		return false;
	if (atomic_add_unless(&space, -1, 0))
		return false;
	if (interval > 1 && (u32)atomic_inc_return(&passed) % interval)
		return false;
	if (jhash_1word(atomic_inc_return(&thrown), seed) % 100 >= probability)
		return false;
	return atomic_read(&times) < 0 || atomic_add_unless(&times, -1, 0);
}

/**
 * jit_fault_should_fail() - a point is passed
 * @point: which
 *
 * Context: Any.
 * Return: whether the step is to fail.
 */
bool jit_fault_should_fail(enum jit_fault point)
{
	atomic_long_inc(&points[point].passed);
	if (!should_fail())
		return false;
	atomic_long_inc(&points[point].injected);
	if (verbose)
		pr_info("injected a fault: %s\n", names[point]);
	return true;
}

static int points_show(struct seq_file *m, void *unused)
{
	int i;

	seq_puts(m, "# point passed injected\n");
	for (i = 0; i < NR_JIT_FAULTS; i++)
		seq_printf(m, "%s %ld %ld\n", names[i],
			   atomic_long_read(&points[i].passed),
			   atomic_long_read(&points[i].injected));
	return 0;
}

static int points_open(struct inode *inode, struct file *file)
{
	return single_open(file, points_show, NULL);
}

static ssize_t points_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	int i;

	for (i = 0; i < NR_JIT_FAULTS; i++) {
		atomic_long_set(&points[i].passed, 0);
		atomic_long_set(&points[i].injected, 0);
	}
	return len;
}

static const struct file_operations points_fops = {
	.owner		= THIS_MODULE,
	.open		= points_open,
	.read		= seq_read,
	.write		= points_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int fail_nth_get(void *data, u64 *val)
{
	const struct fault_task *task = this_task();

	*val = task ? task->fail_nth : 0;
	return 0;
}

static int fail_nth_set(void *data, u64 val)
{
	unsigned int nth = min(val, INT_MAX);

	return set_task(&nth, NULL);
}
DEFINE_DEBUGFS_ATTRIBUTE(fail_nth_fops, fail_nth_get, fail_nth_set, "%llu\n");

static int make_it_fail_get(void *data, u64 *val)
{
	const struct fault_task *task = this_task();

	*val = task && task->make_it_fail;
	return 0;
}

static int make_it_fail_set(void *data, u64 val)
{
	bool make_it_fail = val;

	return set_task(NULL, &make_it_fail);
}
DEFINE_DEBUGFS_ATTRIBUTE(make_it_fail_fops, make_it_fail_get, make_it_fail_set,
			 "%llu\n");

static int seed_get(void *data, u64 *val)
{
	*val = seed;
	return 0;
}

static int seed_set(void *data, u64 val)
{
	seed = val;
	atomic_set(&thrown, 0);
	atomic_set(&passed, 0);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(seed_fops, seed_get, seed_set, "%llu\n");

static struct dentry *dir;

/**
 * jit_fault_create() - make the files
 *
 * Context: Process context. May sleep.
 */
void jit_fault_create(void)
{
	dir = debugfs_create_dir("fail_jitalloc", NULL);
	debugfs_create_file("points", 0600, dir, NULL, &points_fops);
	debugfs_create_file("fail-nth", 0600, dir, NULL, &fail_nth_fops);
	debugfs_create_file("make-it-fail", 0600, dir, NULL,
			    &make_it_fail_fops);
	debugfs_create_file("seed", 0600, dir, NULL, &seed_fops);
	debugfs_create_ulong("probability", 0600, dir, &probability);
	debugfs_create_ulong("interval", 0600, dir, &interval);
	debugfs_create_atomic_t("times", 0600, dir, &times);
	debugfs_create_atomic_t("space", 0600, dir, &space);
	debugfs_create_u32("verbose", 0600, dir, &verbose);
	debugfs_create_bool("task-filter", 0600, dir, &task_filter);
}

/**
 * jit_fault_remove() - undo jit_fault_create()
 *
 * Context: Process context. May sleep.
 */
void jit_fault_remove(void)
{
	debugfs_remove(dir);
}
