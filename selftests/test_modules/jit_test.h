/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a test module offers its cases: <debugfs>/<module>/run takes the name of
 * a case and runs it in the context of the writer, <debugfs>/<module>/results
 * holds what it found, one line each:
 *
 *	ok NAME			not ok NAME
 *	# anything		# figure: NAME=VALUE
 *
 * Every run begins with empty results.
 * To be included by one file of a module.
 */
#ifndef _JIT_TEST_H
#define _JIT_TEST_H

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define JIT_TEST_RESULTS	(512 * SZ_1K)

/**
 * struct jit_test_case - something that can be asked for by name
 * @name: what to write into "run"
 * @run: reports by jit_test_result(), in process context, without locks held
 */
struct jit_test_case {
	const char *name;
	void (*run)(void);
};

/* The module's; ends with an entry without a name. */
extern const struct jit_test_case jit_test_cases[];

static char *jit_test_results;
static size_t jit_test_used;
static struct dentry *jit_test_dir;

static __printf(1, 0) void jit_test_vprint(const char *fmt, va_list args)
{
	jit_test_used += vscnprintf(jit_test_results + jit_test_used,
				    JIT_TEST_RESULTS - jit_test_used, fmt, args);
}

static __printf(1, 2) void jit_test_print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	jit_test_vprint(fmt, args);
	va_end(args);
}

/* Reports one case: its name is all that follows @passed. */
static __printf(2, 3) __maybe_unused
bool jit_test_result(bool passed, const char *fmt, ...)
{
	va_list args;

	jit_test_print(passed ? "ok " : "not ok ");
	va_start(args, fmt);
	jit_test_vprint(fmt, args);
	va_end(args);
	jit_test_print("\n");
	return passed;
}

/* A result that there is none of on this architecture, and why */
#define jit_test_skip(name, why)	jit_test_print("ok %s # SKIP %s\n", name, why)
#define jit_test_note(fmt, ...)		jit_test_print("# " fmt "\n", ##__VA_ARGS__)
#define jit_test_figure(name, value)	\
	jit_test_print("# figure: %s=%llu\n", name, (unsigned long long)(value))

static ssize_t jit_test_run_write(struct file *file, const char __user *buf,
				  size_t len, loff_t *pos)
{
	const struct jit_test_case *test = jit_test_cases;
	char name[64];

	if (len >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, buf, len))
		return -EFAULT;
	name[len] = '\0';
	jit_test_used = 0;

	for (; test->name; test++) {
		if (sysfs_streq(name, test->name)) {
			test->run();
			return len;
		}
	}
	return -ENOENT;
}

static const struct file_operations jit_test_run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= jit_test_run_write,
};

static ssize_t jit_test_results_read(struct file *file, char __user *buf,
				     size_t len, loff_t *pos)
{
	return simple_read_from_buffer(buf, len, pos, jit_test_results,
				       jit_test_used);
}

static const struct file_operations jit_test_results_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= jit_test_results_read,
};

static void jit_test_unregister(void)
{
	debugfs_remove(jit_test_dir);
	vfree(jit_test_results);
}

static int jit_test_register(void)
{
	jit_test_results = vzalloc(JIT_TEST_RESULTS);
	if (!jit_test_results)
		return -ENOMEM;

	jit_test_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("run", 0200, jit_test_dir, NULL,
			    &jit_test_run_fops);
	debugfs_create_file("results", 0400, jit_test_dir, NULL,
			    &jit_test_results_fops);
	return 0;
}

#endif /* _JIT_TEST_H */
