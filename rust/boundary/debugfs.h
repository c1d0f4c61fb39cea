/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in debugfs; see debugfs.c.
 */
#ifndef _JITALLOC_DEBUGFS_H
#define _JITALLOC_DEBUGFS_H

#include <linux/types.h>

struct seq_file;

/* A live block. */
struct jit_block {
	unsigned long address;
	size_t size;
	unsigned long caller;
	unsigned int type;
	bool is_text;
	unsigned short birth;
};

/* Long enough for the name of any module, and for its null byte */
#define JIT_MODULE_NAME_SIZE	64

void jit_debugfs_create(void);
void jit_debugfs_remove(void);
bool jit_debugfs_shows_addresses(const struct seq_file *m);
void jit_debugfs_module_name(unsigned long caller, char *name);
void jit_debugfs_print_caller(struct seq_file *m, unsigned long caller);

/*
 * What it calls in Rust. A position of a file with many lines is 0 for the header,
 * and then one more than an address has from the lowest one on.
 */
void jit_rust_show_params(struct seq_file *m);
void jit_rust_show_stats(struct seq_file *m);
void jit_rust_show_live(struct seq_file *m);
void jit_rust_show_check_wx(struct seq_file *m);
void jit_rust_show_histograms(struct seq_file *m);
int jit_rust_show_owners(struct seq_file *m);
bool jit_rust_next_block(u64 *pos, struct jit_block *block);
void jit_rust_show_block(struct seq_file *m, const struct jit_block *block,
			 long long now_ms);
bool jit_rust_next_pack(u64 *pos, unsigned long *start);
int jit_rust_show_pack(struct seq_file *m, unsigned long start);

#endif /* _JITALLOC_DEBUGFS_H */
