// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own tests of its BPF compiler, as they are.
 */
#include "lib/test_bpf.c"
