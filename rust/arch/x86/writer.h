/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address space in which text is writable; see writer.c.
 */
#ifndef _JITALLOC_X86_WRITER_H
#define _JITALLOC_X86_WRITER_H

#include <linux/types.h>

struct mm_struct;

struct mm_struct *jit_writer_create(void);
void jit_writer_destroy(struct mm_struct *mm);
unsigned long jit_writer_place(unsigned long len);
int jit_writer_map(struct mm_struct *mm, unsigned long at,
			const void *text, unsigned long len);
void jit_writer_unmap(struct mm_struct *mm, unsigned long at,
			   unsigned long len);
void jit_writer_copy(unsigned long at, const void *src, size_t len);
void jit_writer_set(unsigned long at, u8 byte, size_t len);

#endif /* _JITALLOC_X86_WRITER_H */
