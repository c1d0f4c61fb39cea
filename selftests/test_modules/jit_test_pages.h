/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _JIT_TEST_PAGES_H
#define _JIT_TEST_PAGES_H

#include <linux/types.h>

void jit_test_pages_record(const void *buf, size_t len);

#endif /* _JIT_TEST_PAGES_H */
