/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classic BPF programs: reading them, judging them, compiling them.
 *
 * The three files behind this header know nothing of the kernel but the
 * instruction set of <linux/filter.h>, so the same files are built into the
 * module and into the host tests.
 */
#ifndef _SAMPLES_BPF_CBPF_H
#define _SAMPLES_BPF_CBPF_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <uapi/linux/filter.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <linux/filter.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s32 s32;
typedef __s64 s64;
#endif

/**
 * struct cbpf_error - why a program was refused
 *
 * @insn: instruction that is wrong, counted from 0; -1 if it is the program
 *	as a whole
 * @why: what is wrong with it, a constant string
 */
struct cbpf_error {
	int		insn;
	const char	*why;
};

/**
 * struct cbpf_prog - a classic BPF program
 *
 * @len: number of instructions
 * @insn: the instructions
 * @written: scratch words that are certainly written when an instruction is
 *	reached, one bit each; room for cbpf_check()
 */
struct cbpf_prog {
	unsigned int		len;
	struct sock_filter	insn[BPF_MAXINSNS];
	u16			written[BPF_MAXINSNS];
};

/* What a parser comes to next */
enum cbpf_state {
	CBPF_BEFORE_NUMBER,
	CBPF_IN_NUMBER,
	CBPF_BEHIND_NUMBER,
	CBPF_REFUSED,
};

/**
 * struct cbpf_parser - what was read of the text form of a program
 *
 * @prog: where the instructions go; its length is that of what is complete
 * @state: what comes next
 * @place: which number that is: 0 for the count, 1 to 4 for the parts of an
 *	instruction
 * @count: number of instructions, once it is known
 * @number: the present number, so far
 */
struct cbpf_parser {
	struct cbpf_prog	*prog;
	enum cbpf_state		state;
	unsigned int		place;
	u32			count;
	u64			number;
};

void cbpf_parse_begin(struct cbpf_parser *p, struct cbpf_prog *prog);
int cbpf_parse_part(struct cbpf_parser *p, const char *text, size_t len,
		    struct cbpf_error *err);
bool cbpf_parse_is_complete(const struct cbpf_parser *p);
int cbpf_parse_end(struct cbpf_parser *p, struct cbpf_error *err);
int cbpf_parse(struct cbpf_prog *prog, const char *text, size_t len,
	       struct cbpf_error *err);
int cbpf_check(struct cbpf_prog *prog, struct cbpf_error *err);

#endif /* _SAMPLES_BPF_CBPF_H */
