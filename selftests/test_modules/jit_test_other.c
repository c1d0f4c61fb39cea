// SPDX-License-Identifier: GPL-2.0
/*
 * Another owner.
 */
#define JIT_TEST_OTHER
#include "jit_test_owner.c"
