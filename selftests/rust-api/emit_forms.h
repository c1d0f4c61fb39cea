/* SPDX-License-Identifier: GPL-2.0 */
/* What emit_main.rs calls. */
#ifndef _SELFTESTS_RUST_API_EMIT_FORMS_H
#define _SELFTESTS_RUST_API_EMIT_FORMS_H

#include <linux/types.h>

int jit_test_emit_form(u32 form, unsigned long arg, u8 *buf, size_t size,
		       const void *addr, size_t *len);
const void *jit_test_emit_return_thunk(void);
bool jit_test_emit_in_reach(const void *from, const void *to);

#endif /* _SELFTESTS_RUST_API_EMIT_FORMS_H */
