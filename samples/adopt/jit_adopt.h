/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Users of the kernel's own allocators of text, who get theirs from jitalloc.
 */
#ifndef _JIT_ADOPT_H
#define _JIT_ADOPT_H

#include <linux/atomic.h>
#include <linux/jitalloc.h>
#include <linux/types.h>

struct adopt_redirect;

/**
 * struct adopt_user - one of those who are adopted
 *
 * @name: the parameter that asks for it
 * @type: what its text is to jitalloc
 * @redirects: its functions, which another may have as well; the last is empty
 * @is_adopted: whether it is
 * @allocated: blocks that it got from jitalloc
 * @freed: and those that it gave back
 * @fell_through: allocations that the kernel's own function served instead
 * @written: writes that went through jitalloc, or blocks that were written in place and
 *	became text by it
 */
struct adopt_user {
	const char *name;
	enum jit_type type;
	struct adopt_redirect *redirects;
	bool is_adopted;
	atomic_long_t allocated;
	atomic_long_t freed;
	atomic_long_t fell_through;
	atomic_long_t written;
};

extern struct adopt_user adopt_bpf;
extern struct adopt_user adopt_kprobes;
extern struct adopt_user adopt_ftrace;
extern struct adopt_user adopt_modules;

bool adopt_is_on(void);
void adopt_drain(void);

void *adopt_alloc(struct adopt_user *user, size_t size, size_t align);
bool adopt_free(struct adopt_user *user, void *text);

void adopt_debugfs_init(struct adopt_user *const *users);
void adopt_debugfs_exit(void);

#endif /* _JIT_ADOPT_H */
