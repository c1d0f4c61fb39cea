// SPDX-License-Identifier: GPL-2.0
/*
 * Where the kernel's unexported functions are. A kprobe that is registered
 * disabled finds the one that finds all others.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/uaccess.h>

#include "kfn.h"

#define KFN(name) DEFINE_STATIC_CALL_NULL(bench_##name, name);
BENCH_KFN_LIST(KFN)
#undef KFN
DEFINE_STATIC_CALL_NULL(bench_kallsyms_on_each_match_symbol,
			kallsyms_on_each_match_symbol);

struct match {
	unsigned long addr;
	unsigned int nr;
};

static int match_one(void *data, unsigned long addr)
{
	struct match *match = data;

	match->addr = addr;
	match->nr++;
	return 0;
}

/* The address of the one symbol of that name; 0 if there is none, or two. */
unsigned long bench_kfn_lookup(const char *name)
{
	struct match match = { };

	kfn(kallsyms_on_each_match_symbol)(match_one, name, &match);
	return match.nr == 1 ? match.addr : 0;
}

static void *find_kallsyms(void)
{
	struct kprobe kp = {
		.symbol_name = "kallsyms_on_each_match_symbol",
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long addr;

	if (register_kprobe(&kp))
		return NULL;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);

	return (void *)bench_entry(addr);
}

int bench_kfn_resolve(void)
{
	typeof(kallsyms_on_each_match_symbol) *each = find_kallsyms();

	if (!each)
		return -ENOENT;
	static_call_update(bench_kallsyms_on_each_match_symbol, each);

#define KFN(name) {							\
		typeof(name) *func = (void *)bench_kfn_lookup(#name);	\
									\
		if (!func) {						\
			pr_err("the kernel has no " #name "\n");	\
			return -ENOENT;					\
		}							\
		static_call_update(bench_##name, func);			\
	}
	BENCH_KFN_LIST(KFN)
#undef KFN

	return 0;
}
