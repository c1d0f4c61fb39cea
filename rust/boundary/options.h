/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters; see options.c.
 */
#ifndef _JITALLOC_OPTIONS_H
#define _JITALLOC_OPTIONS_H

#include <linux/types.h>

/* Parameters, by number */
enum jit_option {
	JIT_OPTION_LIMIT,
	JIT_OPTION_RESERVE,
	JIT_OPTION_OWNER_LIMIT,
	JIT_OPTION_MAX,
};

bool jit_helper_is_hardened(void);
bool jit_helper_wants_pred_flush(void);
void jit_helper_options_lock(void);
void jit_helper_options_unlock(void);
/* With the lock held */
int jit_rust_set_option(enum jit_option option, unsigned long value);
unsigned long jit_rust_option(enum jit_option option);

#endif /* _JITALLOC_OPTIONS_H */
