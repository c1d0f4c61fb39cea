/* SPDX-License-Identifier: GPL-2.0 */
/* What bindgen reads: the public header, and C that Rust needs. */
#ifndef _JIT_RUST_HELPERS_H
#define _JIT_RUST_HELPERS_H

#include <linux/jitalloc.h>
#include <linux/types.h>

unsigned int jit_rust_emit_return(u8 *image, unsigned long ip);

#endif /* _JIT_RUST_HELPERS_H */
