/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What exports.c, update.c and helpers.c call in Rust. @caller is the return address of the
 * public function, to name who made a mistake; @cpu and @may_sleep are what is
 * inline in C. bindgen reads this file, and exports.rs is held against what it
 * makes of it.
 */
#ifndef _JITALLOC_BOUNDARY_H
#define _JITALLOC_BOUNDARY_H

#include <linux/jitalloc.h>
#include <linux/types.h>

const struct jit_alloc_params *jit_rust_arch_params(void);
void *jit_rust_text_alloc(enum jit_type type, size_t size,
			  unsigned long caller, unsigned int cpu,
			  bool may_sleep);
void *jit_rust_data_alloc(enum jit_type type, size_t size,
			  unsigned long caller, unsigned int cpu,
			  bool may_sleep);
/* Between jit_port_write_begin(), which returned @flags, and its end. */
int jit_rust_update_copy(void *dst, const void *src, size_t len,
			 unsigned long flags);
int jit_rust_update_set(void *dst, u8 byte, size_t len, unsigned long flags);
int jit_rust_update_batch(const struct jit_update *updates, size_t nr,
			  unsigned long flags);
void *jit_rust_text_dup(enum jit_type type, const void *src, size_t len,
			unsigned long caller, unsigned int cpu,
			unsigned long flags);
int jit_rust_update_refused(void *dst, unsigned long caller, bool in_nmi);
/* With preemption off. */
void jit_rust_free(void *buf, unsigned long caller);
void jit_rust_free_barrier(unsigned long caller, bool may_sleep);
void jit_rust_woken(void);
unsigned long jit_rust_shrink_count(void);
unsigned long jit_rust_shrink_scan(void);

/* What jit_rust_find() finds, with preemption off. */
struct jit_found {
	size_t size;
	unsigned int type;
	bool is_text;
};

bool jit_rust_find(const void *buf, struct jit_found *found);
void jit_rust_usage(struct jit_alloc_usage *usage);
struct jit_cache *jit_rust_cache_create(enum jit_type type,
					unsigned long caller, bool may_sleep);
void *jit_rust_cache_text_alloc(struct jit_cache *cache, size_t size,
				unsigned long caller, bool may_sleep);
void *jit_rust_cache_data_alloc(struct jit_cache *cache, size_t size,
				unsigned long caller, bool may_sleep);
void jit_rust_cache_destroy(struct jit_cache *cache, unsigned long caller,
			    bool may_sleep);
void *jit_rust_text_alloc_rw(enum jit_type type, size_t size,
			     unsigned long caller, bool may_sleep);
int jit_rust_text_restore_rox(void *buf, unsigned long caller, bool may_sleep);
int jit_rust_text_name(void *buf, const char *name, size_t size,
		       unsigned long caller, bool may_sleep);
int jit_rust_text_extable(void *buf, const struct jit_extable_entry *entries,
			  size_t nr, unsigned long caller, bool may_sleep);

#endif /* _JITALLOC_BOUNDARY_H */
