// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the kernel's barriers for branch predictors while it allocates text.
 * jit_test_flush_other.c is the same module once more, for it takes two owners.
 */
#include <linux/jitalloc.h>
#include <linux/kprobes.h>

#include "jit_test.h"

static bool has_barrier = true;
module_param(has_barrier, bool, 0400);
MODULE_PARM_DESC(has_barrier, "there is a barrier to be counted");

static atomic_t barriers;
static void *mine;

static int barrier_handler(struct kprobe *kp, struct pt_regs *regs)
{
	atomic_inc(&barriers);
	return 0;
}

static struct kprobe barrier_probe = {
	.symbol_name	= "bpf_arch_ibpb",
	.pre_handler	= barrier_handler,
};

static void begin(void)
{
	atomic_set(&barriers, 0);
}

static void end(void *buf)
{
	jit_test_result(buf, "memory");
	jit_test_note("barriers %d", atomic_read(&barriers));
}

/* Text that stays */
static void test_take(void)
{
	begin();
	mine = jit_text_alloc(JIT_BPF, 64);
	end(mine);
}

static void test_give(void)
{
	begin();
	jit_free(mine);
	mine = NULL;
	jit_free_barrier();
	end(&mine);
}

/* Text that comes and goes, once */
static void test_once(void)
{
	void *buf;

	begin();
	buf = jit_text_alloc(JIT_BPF, 64);
	end(buf);
	jit_free(buf);
	jit_free_barrier();
}

/* The same many times, of several lengths, by each function that allocates text */
static void test_often(void)
{
	u8 code[200] = { };
	bool got = true;
	int i, j;

	begin();
	for (i = 0; i < 20; i++) {
		void *bufs[30];

		for (j = 0; j < ARRAY_SIZE(bufs); j++) {
			bufs[j] = j % 2 ? jit_text_alloc(JIT_BPF, 1 + j * 7) :
					  jit_text_dup(JIT_BPF, code, 1 + j * 5);
			got &= !!bufs[j];
		}
		for (j = 0; j < ARRAY_SIZE(bufs); j++)
			jit_free(bufs[j]);
		jit_free_barrier();
	}
	end(got ? &got : NULL);
}

static void test_dup(void)
{
	u8 code[64] = { };
	void *buf;

	begin();
	buf = jit_text_dup(JIT_BPF, code, sizeof(code));
	end(buf);
	jit_free(buf);
	jit_free_barrier();
}

static void test_data(void)
{
	void *buf;

	begin();
	buf = jit_data_alloc(JIT_BPF, 64);
	end(buf);
	jit_free(buf);
	jit_free_barrier();
}

/* Each has addresses of its own. */
static void test_own(void)
{
	void *buf;

	begin();
	buf = jit_text_alloc(JIT_BPF, SZ_2M + 1);
	end(buf);
	jit_free(buf);
	jit_free_barrier();
}

static void test_cache(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_BPF);
	void *buf;
	int i;

	begin();
	for (i = 0; i < 10; i++)
		buf = jit_cache_text_alloc(cache, 64);
	end(buf);
	jit_cache_destroy(cache);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "take", test_take },
	{ "give", test_give },
	{ "once", test_once },
	{ "often", test_often },
	{ "dup", test_dup },
	{ "data", test_data },
	{ "own", test_own },
	{ "cache", test_cache },
	{ }
};

static int __init jit_test_flush_init(void)
{
	int err = has_barrier ? register_kprobe(&barrier_probe) : 0;

	if (err)
		return err;
	err = jit_test_register();
	if (err && has_barrier)
		unregister_kprobe(&barrier_probe);
	return err;
}
module_init(jit_test_flush_init);

static void __exit jit_test_flush_exit(void)
{
	jit_free(mine);
	jit_test_unregister();
	if (has_barrier)
		unregister_kprobe(&barrier_probe);
}
module_exit(jit_test_flush_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Counts barriers for branch predictors");
MODULE_LICENSE("GPL");
