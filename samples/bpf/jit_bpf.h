/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet filter in memory from jit_text_alloc().
 */
#ifndef _SAMPLES_BPF_JIT_BPF_H
#define _SAMPLES_BPF_JIT_BPF_H

#include <linux/netdevice.h>
#include <linux/types.h>

#include "cbpf_jit.h"

struct bpf_prog;
struct seq_file;
struct sk_buff;

/**
 * struct jit_bpf_stats - what a filter has seen, on one CPU
 *
 * @seen: packets
 * @matched: packets for which the generated code returned something
 * @kernel_matched: packets for which the kernel's own filter did
 * @agree: packets for which both returned the same number
 * @disagree: packets for which they did not
 */
struct jit_bpf_stats {
	u64	seen;
	u64	matched;
	u64	kernel_matched;
	u64	agree;
	u64	disagree;
};

/**
 * struct jit_bpf_filter - a compiled program and its counters
 *
 * @run: the generated code
 * @size: its length in bytes
 * @kernel: the kernel's own filter of the same program, if it is wanted
 * @stats: counters
 * @len: number of instructions
 * @insn: the instructions that it was compiled from
 */
struct jit_bpf_filter {
	cbpf_func			run;
	size_t				size;
	struct bpf_prog			*kernel;
	struct jit_bpf_stats __percpu	*stats;
	unsigned int			len;
	struct sock_filter		insn[] __counted_by(len);
};

/**
 * struct jit_bpf_text - a program that is being read
 *
 * @parser: what was read so far
 * @prog: its instructions
 */
struct jit_bpf_text {
	struct cbpf_parser	parser;
	struct cbpf_prog	prog;
};

/* filter.c */
struct jit_bpf_text *jit_bpf_text_create(void);
int jit_bpf_text_add(struct jit_bpf_text *text, const char *part, size_t len);
int jit_bpf_text_end(struct jit_bpf_text *text);
struct jit_bpf_filter *jit_bpf_filter_create(const struct cbpf_prog *prog,
					     bool verify);
void jit_bpf_filter_destroy(struct jit_bpf_filter *filter);
void jit_bpf_filter_sum(const struct jit_bpf_filter *filter,
			struct jit_bpf_stats *sum);

/* skb.c */
int jit_bpf_skb_init(void);
void jit_bpf_skb_exit(void);
const struct cbpf_env *jit_bpf_skb_env(void);

/* active.c */
extern bool jit_bpf_verify;

int jit_bpf_replace(struct jit_bpf_text *text);
struct jit_bpf_filter *jit_bpf_get(void);
void jit_bpf_put(void);
void jit_bpf_run(struct sk_buff *skb);
void jit_bpf_remove(void);

/* tap.c */
int jit_bpf_attach(const char *name);
void jit_bpf_detach(void);
void jit_bpf_show_dev(struct seq_file *m);

/* debugfs.c */
void jit_bpf_debugfs_init(void);
void jit_bpf_debugfs_exit(void);

#endif /* _SAMPLES_BPF_JIT_BPF_H */
