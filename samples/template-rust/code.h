/* SPDX-License-Identifier: GPL-2.0 */
/* What jit_template_rust_main.rs declares for itself. */
#ifndef _CODE_H
#define _CODE_H

#include <linux/types.h>

long template_emit_triple(u8 *buf, size_t size, const void *addr);

#endif /* _CODE_H */
