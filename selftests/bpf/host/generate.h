/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random classic BPF programs.
 */
#ifndef _SELFTESTS_BPF_GENERATE_H
#define _SELFTESTS_BPF_GENERATE_H

#include "cbpf.h"

void generate_valid(struct cbpf_prog *prog, unsigned int len);
void generate_damaged(struct cbpf_prog *prog, unsigned int len);

#endif /* _SELFTESTS_BPF_GENERATE_H */
