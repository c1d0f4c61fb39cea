// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that are counted here, for whoever looks at them from outside.
 */
#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR		600
#define SIZE		100	/* nobody else's */

static void *bufs[NR];
static unsigned long allocs, frees, updates, failed;

static void note_update(int err)
{
	updates++;
	failed += !!err;
}

static void test_calls(void)
{
	static const u8 bytes[SIZE];
	bool is_data;
	void *large;
	int i;

	allocs = 0;
	frees = 0;
	updates = 0;
	failed = 0;
	for (i = 0; i < NR; i++) {
		is_data = i % 3 == 2;
		bufs[i] = is_data ? jit_data_alloc(JIT_BPF, SIZE) :
				    jit_text_alloc(JIT_BPF, SIZE);
		if (!bufs[i])
			continue;
		allocs++;
		/* Data is refused. */
		note_update(jit_update_copy(bufs[i], bytes, SIZE));
		if (!is_data)
			note_update(jit_update_set(bufs[i], 0, SIZE));
	}
	for (i = 0; i < NR; i++) {
		if (!bufs[i])
			continue;
		jit_free(bufs[i]);
		frees++;
	}
	/* No allocation of anything */
	jit_free(NULL);
	/* Has a pack for itself, which goes when it does. */
	large = jit_text_alloc(JIT_BPF, SZ_8M);
	jit_free(large);
	allocs += !!large;
	frees += !!large;
	jit_free_barrier();
	jit_test_result(allocs == NR + 1, "there is memory");
	jit_test_figure("sight_allocs", allocs);
	jit_test_figure("sight_frees", frees);
	jit_test_figure("sight_updates", updates);
	jit_test_figure("sight_failed", failed);
}

const struct jit_test_case jit_test_cases[] = {
	{ "calls", test_calls },
	{ }
};

static int __init jit_test_sight_init(void)
{
	return jit_test_register();
}
module_init(jit_test_sight_init);

static void __exit jit_test_sight_exit(void)
{
	jit_test_unregister();
}
module_exit(jit_test_sight_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Makes calls of jitalloc that are counted");
MODULE_LICENSE("GPL");
