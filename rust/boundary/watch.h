/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When blocks are allocated, and how long it takes; see watch.c.
 */
#ifndef _JITALLOC_WATCH_H
#define _JITALLOC_WATCH_H

#include <linux/types.h>

int jit_watch_set(bool is_on);
long long jit_watch_elapsed_ms(void);

void jit_rust_watch_begin(void);
/* With preemption off. */
void jit_rust_watched_alloc(const void *buf, u64 elapsed_ms, u64 ns);
void jit_rust_watched_update(u64 ns);

#endif /* _JITALLOC_WATCH_H */
