/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _JIT_KPROBE_H
#define _JIT_KPROBE_H

#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "predicate.h"

/* What one CPU has seen. */
struct jit_kprobe_count {
	u64	hits;
	u64	matches;
};

DECLARE_PER_CPU(struct jit_kprobe_count, jit_kprobe_counts);

/**
 * struct jit_kprobe - one function with a compiled filter
 *
 * @kp: the probe
 * @pred: the filter as it was asked for
 * @match: the filter as code, in text of type %JIT_KPROBES
 * @len: size of the code in bytes
 */
struct jit_kprobe {
	struct kprobe		kp;
	struct predicate	pred;
	bool			(*match)(const struct pt_regs *regs);
	unsigned int		len;
};

/* The filter as it is given in the module's parameters. */
struct jit_kprobe_params {
	unsigned int	arg;
	char		*type;
	char		*op;
	char		*value;
	char		*mask;
};

int jit_kprobe_parse(const struct jit_kprobe_params *params,
		     struct predicate *pred);
const char *jit_kprobe_op_sign(enum predicate_op op);

void jit_kprobe_debugfs_init(struct jit_kprobe *probe);
void jit_kprobe_debugfs_exit(void);

#endif /* _JIT_KPROBE_H */
