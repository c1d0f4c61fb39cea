// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator's parameters, field by field, against the kernel's own table.
 *
 * Two objects of the kernel are called execmem_info: the table, and a pointer
 * to it. The test script takes both addresses from /proc/kallsyms and passes
 * them as table=ADDR,ADDR in any order.
 */
#include <linux/execmem.h>
#include <linux/jitalloc.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/uaccess.h>

#include "jit_test.h"
#include "jit_test_arch.h"

static unsigned long table[2];
static int nr_table;
module_param_array(table, ulong, &nr_table, 0400);
MODULE_PARM_DESC(table, "addresses of the two objects called execmem_info");

static const struct {
	enum jit_type ours;
	enum execmem_type kernels;
	const char *name;
} types[] = {
	{ JIT_MODULES_TEXT,	EXECMEM_MODULE_TEXT,	"modules text" },
	{ JIT_MODULES_DATA,	EXECMEM_MODULE_DATA,	"modules data" },
	{ JIT_KPROBES,		EXECMEM_KPROBES,	"kprobes" },
	{ JIT_FTRACE,		EXECMEM_FTRACE,		"ftrace" },
	{ JIT_BPF,		EXECMEM_BPF,		"bpf" },
};

static int read_kernel_table(struct execmem_info *info)
{
	int i;

	if (nr_table != ARRAY_SIZE(table))
		return -EINVAL;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		unsigned long value;

		if (copy_from_kernel_nofault(&value, (void *)table[i],
					     sizeof(value)))
			return -EFAULT;
		if (value == table[!i])
			return copy_from_kernel_nofault(info, (void *)value,
							sizeof(*info));
	}
	return -ENOENT;
}

/* The kernel's comment calls its end inclusive, its code does not use it so. */
static void compare_table(void)
{
	const struct jit_alloc_params *params = jit_alloc_arch_params();
	struct execmem_info info;
	int err, i;

	err = read_kernel_table(&info);
	if (!jit_test_result(!err, "the kernel's table can be read"))
		return;
	if (!jit_test_result(params, "the allocator has a table"))
		return;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const struct jit_range *got = &params->ranges[types[i].ours];
		const struct execmem_range *want =
			&info.ranges[types[i].kernels];
		const char *name = types[i].name;

		jit_test_note("%s: %#lx-%#lx prot %#lx align %u flags %#x", name,
			      got->start, got->end,
			      (unsigned long)pgprot_val(got->pgprot),
			      got->alignment, got->flags);
		jit_test_note("%s: %#lx-%#lx prot %#lx align %u flags %#x in the kernel",
			      name, want->start, want->end,
			      (unsigned long)pgprot_val(want->pgprot),
			      want->alignment, want->flags);

		jit_test_result(got->start == want->start, "%s: start", name);
		jit_test_result(got->end == want->end, "%s: end", name);
		jit_test_result(got->fallback_start == want->fallback_start,
				"%s: start of the fallback", name);
		jit_test_result(got->fallback_end == want->fallback_end,
				"%s: end of the fallback", name);
		jit_test_result(pgprot_val(got->pgprot) ==
				pgprot_val(want->pgprot),
				"%s: protection", name);
		jit_test_result(got->alignment == want->alignment,
				"%s: alignment", name);
		jit_test_result(got->flags == want->flags, "%s: flags", name);
	}
}

/* What a table may never say, whatever the kernel's says. */
static void sane_table(void)
{
	const struct jit_alloc_params *params = jit_alloc_arch_params();
	int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const struct jit_range *range = &params->ranges[types[i].ours];
		const char *name = types[i].name;

		jit_test_result(range->start && range->start < range->end,
				"%s: has a range", name);
		jit_test_result(PAGE_ALIGNED(range->start | range->end),
				"%s: range is page-aligned", name);
		jit_test_result(range->start >= TASK_SIZE_MAX,
				"%s: range is the kernel's", name);
		jit_test_result(is_power_of_2(range->alignment),
				"%s: alignment is a power of two", name);
		jit_test_result(!jit_test_is_wx(range->pgprot),
				"%s: protection is not W+X", name);
		jit_test_result(!(range->flags & ~(JIT_ALLOC_KASAN_SHADOW |
						   JIT_ALLOC_ROX_CACHE)),
				"%s: flags are known", name);
	}
}

const struct jit_test_case jit_test_cases[] = {
	{ "compare", compare_table },
	{ "sane", sane_table },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Compares jitalloc's parameters with the kernel's own");
MODULE_LICENSE("GPL");
