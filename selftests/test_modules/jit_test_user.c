// SPDX-License-Identifier: GPL-2.0
/*
 * A user like any other: has text and data while it is loaded.
 */
#include <linux/jitalloc.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "jit_test_pages.h"

#define NR_BUFS		64
#define OWN_BUF		(NR_BUFS - 1)	/* too large to share a mapping */

static bool leak;
module_param(leak, bool, 0400);
MODULE_PARM_DESC(leak, "forget to free");

static void *bufs[NR_BUFS];

static void free_bufs(void)
{
	int i;

	for (i = 0; i < NR_BUFS; i++)
		jit_free(bufs[i]);
}

static int __init jit_test_user_init(void)
{
	int i;

	for (i = 0; i < NR_BUFS; i++) {
		enum jit_type type = i % JIT_TYPE_MAX;
		bool text = type != JIT_MODULES_DATA && i % 3;
		size_t len = 1 + i * 500;

		if (i == OWN_BUF) {
			text = true;
			len = SZ_2M + 1;
		}
		bufs[i] = text ? jit_text_alloc(type, len) :
				 jit_data_alloc(type, len);
		if (!bufs[i]) {
			free_bufs();
			return -ENOMEM;
		}
		jit_test_pages_record(bufs[i], len);
	}
	return 0;
}
module_init(jit_test_user_init);

static void __exit jit_test_user_exit(void)
{
	if (!leak)
		free_bufs();
}
module_exit(jit_test_user_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has text and data of jitalloc while it is loaded");
MODULE_LICENSE("GPL");
