// SPDX-License-Identifier: GPL-2.0
/*
 * From the text of a program to code that can run, and back to nothing.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/jitalloc.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "jit_bpf.h"

static int judge(int err, const struct cbpf_error *error)
{
	if (err && error->insn >= 0)
		pr_err("filter refused: instruction %d: %s\n", error->insn,
		       error->why);
	else if (err)
		pr_err("filter refused: %s\n", error->why);
	return err;
}

/**
 * jit_bpf_text_create - begin to read a program
 *
 * Return: room for it, to be passed to kvfree(), or %NULL.
 */
struct jit_bpf_text *jit_bpf_text_create(void)
{
	struct jit_bpf_text *text = kvzalloc_obj(*text);

	if (text)
		cbpf_parse_begin(&text->parser, &text->prog);
	return text;
}

/**
 * jit_bpf_text_add - read a part of its text
 * @text: what was read before
 * @part: the next part
 * @len: its length
 *
 * Return: 0, or -EINVAL after a line in the log if this can be no program, or is
 * one that can't be run.
 */
int jit_bpf_text_add(struct jit_bpf_text *text, const char *part, size_t len)
{
	struct cbpf_error error;
	bool was_refused = text->parser.state == CBPF_REFUSED;
	int err = cbpf_parse_part(&text->parser, part, len, &error);

	/* Not everybody looks at what close() returns. */
	if (!err && cbpf_parse_is_complete(&text->parser))
		err = cbpf_check(&text->prog, &error);
	/* Said once is enough. */
	return was_refused ? err : judge(err, &error);
}

/**
 * jit_bpf_text_end - say that all of its text has been read
 * @text: what was read
 *
 * Return: 0, or -EINVAL if it is no program.
 */
int jit_bpf_text_end(struct jit_bpf_text *text)
{
	struct cbpf_error error;
	bool was_refused = text->parser.state == CBPF_REFUSED;
	int err = cbpf_parse_end(&text->parser, &error);

	if (!err)
		err = cbpf_check(&text->prog, &error);
	return was_refused ? err : judge(err, &error);
}

/* For the names of their code */
static atomic_t nr_compiled = ATOMIC_INIT(0);

/*
 * The code is generated for the place where it will run, but not there:
 * that place is read-only.
 */
static int compile(struct jit_bpf_filter *filter, struct cbpf_jit *jit,
		   const struct cbpf_prog *prog)
{
	void *text __free(jit_free) = NULL;
	u8 *code __free(kvfree) = NULL;
	size_t size;
	int err;

	size = cbpf_measure(jit, prog, jit_bpf_skb_env());
	text = jit_text_alloc(JIT_BPF, size);
	code = kvmalloc(size, GFP_KERNEL);
	if (!text || !code)
		return -ENOMEM;
	err = cbpf_emit(jit, code, text);
	if (err)
		return err;
	err = jit_update_copy(text, code, size) ?:
	      jit_text_name(text, "jit_bpf_%d",
			    atomic_inc_return(&nr_compiled));
	if (err)
		return err;

	filter->size = size;
	filter->run = (cbpf_func)no_free_ptr(text);
	return 0;
}

/* The kernel also refuses what is too far apart for its 16-bit jumps. */
static int create_kernel_filter(struct jit_bpf_filter *filter)
{
	struct sock_fprog_kern prog = {
		.len = filter->len,
		.filter = filter->insn,
	};
	int err = bpf_prog_create(&filter->kernel, &prog);

	if (err)
		pr_err("the kernel refused the filter: %d\n", err);
	return err;
}

/**
 * jit_bpf_filter_create - compile a program
 * @prog: the program, which passed jit_bpf_text_end()
 * @verify: also have the kernel make a filter of it
 *
 * Return: a filter that is not yet in use, or an ERR_PTR.
 */
struct jit_bpf_filter *jit_bpf_filter_create(const struct cbpf_prog *prog,
					     bool verify)
{
	/* Too big for a stack, and gone when the code is in place */
	struct cbpf_jit *jit __free(kvfree) = kvzalloc_obj(*jit);
	struct jit_bpf_filter *filter;
	int err;

	if (!jit)
		return ERR_PTR(-ENOMEM);
	filter = kvzalloc_flex(*filter, insn, prog->len);
	if (!filter)
		return ERR_PTR(-ENOMEM);
	filter->len = prog->len;
	memcpy(filter->insn, prog->insn, filter->len * sizeof(*filter->insn));

	filter->stats = alloc_percpu(struct jit_bpf_stats);
	err = filter->stats ? 0 : -ENOMEM;
	if (!err && verify)
		err = create_kernel_filter(filter);
	if (!err)
		err = compile(filter, jit, prog);
	if (err) {
		jit_bpf_filter_destroy(filter);
		return ERR_PTR(err);
	}
	return filter;
}

/**
 * jit_bpf_filter_destroy - give back a filter that no packet goes through
 * @filter: the filter, perhaps half made
 */
void jit_bpf_filter_destroy(struct jit_bpf_filter *filter)
{
	jit_free(filter->run);
	if (filter->kernel)
		bpf_prog_destroy(filter->kernel);
	free_percpu(filter->stats);
	kvfree(filter);
}

/**
 * jit_bpf_filter_sum - add up the counters of all CPUs
 * @filter: the filter
 * @sum: the result
 */
void jit_bpf_filter_sum(const struct jit_bpf_filter *filter,
			struct jit_bpf_stats *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct jit_bpf_stats *s = per_cpu_ptr(filter->stats, cpu);

		sum->seen += READ_ONCE(s->seen);
		sum->matched += READ_ONCE(s->matched);
		sum->kernel_matched += READ_ONCE(s->kernel_matched);
		sum->agree += READ_ONCE(s->agree);
		sum->disagree += READ_ONCE(s->disagree);
	}
}
