// SPDX-License-Identifier: GPL-2.0
/*
 * Another owner.
 */
#include "jit_test_flush.c"
