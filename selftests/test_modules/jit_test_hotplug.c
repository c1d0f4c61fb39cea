// SPDX-License-Identifier: GPL-2.0
/*
 * Allocates while a CPU comes or goes: whoever waits for all CPUs then waits for
 * whoever waits for him.
 */
#include <linux/cpuhotplug.h>
#include <linux/jitalloc.h>

#include "jit_test.h"

#define NR_BLOCKS	1024
#define BLOCK		SZ_64K

static void *blocks[NR_BLOCKS];
static unsigned int calls, got;
static struct jit_alloc_usage usage;
static enum cpuhp_state state;

static void free_blocks(void)
{
	int nr;

	for (nr = 0; nr < NR_BLOCKS && blocks[nr]; nr++) {
		jit_free(blocks[nr]);
		blocks[nr] = NULL;
	}
}

/* All that was taken is freed here, so that nothing of it has been taken back. */
static int alloc_now(unsigned int cpu)
{
	void *text;

	free_blocks();
	jit_alloc_usage(&usage);
	text = jit_text_alloc(JIT_BPF, BLOCK);
	calls++;
	got += !!text;
	jit_free(text);
	return 0;
}

static void test_fill(void)
{
	int nr = 0;

	while (nr < NR_BLOCKS && (blocks[nr] = jit_text_alloc(JIT_BPF, BLOCK)))
		nr++;
	jit_test_result(nr && nr < NR_BLOCKS, "the limit is reached");
}

static void report(void)
{
	jit_test_note("%u calls, memory for %u, %zu bytes of %zu waited", calls,
		      got, usage.waiting, usage.limit);
	jit_test_result(calls == 1, "it was asked for memory once");
	calls = 0;
}

static void test_left(void)
{
	report();
	jit_test_result(got == 1, "there was memory");
	got = 0;
}

/* Whether there was any is for the allocator to say, as long as it says it. */
static void test_full(void)
{
	report();
	jit_test_result(usage.waiting >= usage.limit / 2,
			"what was freed waited");
	got = 0;
}

const struct jit_test_case jit_test_cases[] = {
	{ "fill", test_fill },
	{ "left", test_left },
	{ "full", test_full },
	{ }
};

static int __init jit_test_hotplug_init(void)
{
	int ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					    "selftests/jitalloc:online",
					    alloc_now, alloc_now);

	if (ret < 0)
		return ret;
	state = ret;
	ret = jit_test_register();
	if (ret)
		cpuhp_remove_state_nocalls(state);
	return ret;
}
module_init(jit_test_hotplug_init);

static void __exit jit_test_hotplug_exit(void)
{
	jit_test_unregister();
	cpuhp_remove_state_nocalls(state);
	free_blocks();
}
module_exit(jit_test_hotplug_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Allocates while a CPU comes or goes");
MODULE_LICENSE("GPL");
