// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest allocations: a pack that is full of them has no record for its
 * last grain.
 */
#include <linux/jitalloc.h>
#include <linux/vmalloc.h>

#include "jit_test.h"

/* More than 2 MiB have grains, so that one pack of a large page fills up. */
#define NR	(200 * 1024)

static void test_grains(void)
{
	void **bufs = vcalloc(NR, sizeof(*bufs));
	bool got = true, apart = true;
	size_t i;

	if (!jit_test_result(bufs, "memory for the test"))
		return;
	for (i = 0; i < NR && got; i++) {
		bufs[i] = jit_text_alloc(JIT_KPROBES, 1);
		got = bufs[i];
		cond_resched();
	}
	jit_test_result(got, "%d texts of one byte are allocated", NR);
	for (i = 0; i < NR && bufs[i]; i++) {
		apart &= !jit_update_set(bufs[i], i, 1);
		cond_resched();
	}
	jit_test_result(apart, "each can be written");
	for (i = 0; i < NR && bufs[i]; i++)
		apart &= *(u8 *)bufs[i] == (u8)i;
	jit_test_result(apart, "each keeps its own byte");
	for (i = 0; i < NR; i++) {
		jit_free(bufs[i]);
		cond_resched();
	}
	jit_free_barrier();
	vfree(bufs);
}

const struct jit_test_case jit_test_cases[] = {
	{ "grains", test_grains },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Fills packs with the smallest allocations");
MODULE_LICENSE("GPL");
