/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A function of the kernel that is redirected to one of ours.
 */
#ifndef _JIT_ADOPT_REDIRECT_H
#define _JIT_ADOPT_REDIRECT_H

#include <linux/atomic.h>
#include <linux/ftrace.h>
#include <linux/static_call.h>

/**
 * struct adopt_redirect - a function of the kernel, and ours
 *
 * @name: of the kernel's
 * @to: ours
 * @set_original: have the static call to the kernel's function call @addr
 * @addr: of the kernel's function, once it is resolved
 * @inside: calls of @to that have not returned
 * @ops: what ftrace knows of it
 */
struct adopt_redirect {
	const char *name;
	void *to;
	void (*set_original)(void *addr);
	unsigned long addr;
	atomic_t inside;
	struct ftrace_ops ops;
};

/*
 * The kernel's function, called directly: it may be sealed for indirect branch
 * tracking, so that a call through a pointer is fatal. A call that comes from this
 * module is not redirected; it must not be the last thing that its caller does, or
 * it would be a jump, and seem to come from the caller's caller.
 */
#define ADOPT_ORIGINAL(fn)						\
	DEFINE_STATIC_CALL_NULL(adopt_##fn, fn);			\
	static void set_##fn(void *addr)				\
	{								\
		static_call_update(adopt_##fn, (typeof(fn) *)addr);	\
	}

#define adopt_original(fn)	static_call(adopt_##fn)

#define ADOPT_REDIRECT(fn, replacement)	{				\
		.name		= #fn,					\
		.to		= replacement,				\
		.set_original	= set_##fn,				\
	}

int adopt_resolve(struct adopt_redirect *redirect);

int adopt_redirect(struct adopt_redirect *redirects);
void adopt_restore(struct adopt_redirect *redirects);

#endif /* _JIT_ADOPT_REDIRECT_H */
