// SPDX-License-Identifier: GPL-2.0
/*
 * What a run has found, as text; and the bytes that stand for code.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "bench.h"

#define RESULTS_SIZE	(256 * 1024)

const void *bench_code;

static char *results;
static size_t results_len;

void bench_out(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	results_len += vscnprintf(results + results_len,
				  RESULTS_SIZE - results_len, fmt, ap);
	va_end(ap);
}

void bench_out_reset(void)
{
	results_len = 0;
}

ssize_t bench_out_read(char __user *buf, size_t len, loff_t *ppos)
{
	return simple_read_from_buffer(buf, len, ppos, results, results_len);
}

void bench_out_exit(void)
{
	vfree(bench_code);
	vfree(results);
}

int bench_out_init(void)
{
	void *code = vmalloc(BENCH_MAX_SIZE);

	bench_code = code;
	results = vmalloc(RESULTS_SIZE);
	if (!code || !results) {
		bench_out_exit();
		return -ENOMEM;
	}
	memset(code, 0x90, BENCH_MAX_SIZE);
	return 0;
}
