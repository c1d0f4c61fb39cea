/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters.
 */
#ifndef _JITALLOC_OPTIONS_H
#define _JITALLOC_OPTIONS_H

/**
 * struct jit_options - module parameters
 * @limit: bytes that all allocations together may hold; 0 is the default
 * @reserve: bytes of empty packs that each pool retains
 */
struct jit_options {
	unsigned long limit;
	unsigned long reserve;
};

extern struct jit_options jit_options;

#endif /* _JITALLOC_OPTIONS_H */
