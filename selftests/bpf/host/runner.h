/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compiles a program into executable memory of this process and runs it.
 */
#ifndef _SELFTESTS_BPF_RUNNER_H
#define _SELFTESTS_BPF_RUNNER_H

#include "cbpf_jit.h"
#include "packet.h"

/* How a program ended that touched what it must not. */
#define CRASHED		0x100000000ULL

void runner_init(void);
const struct cbpf_env *runner_env(void);

/* Compiles what passes the checker; false if the compiler broke a promise. */
bool runner_compile(const struct cbpf_prog *prog, bool with_thunk);
u64 runner_run(const struct packet *p);

/* What the last compilation wrote, and why it failed if it did. */
const u8 *runner_code(size_t *size);
const char *runner_fault(void);

#endif /* _SELFTESTS_BPF_RUNNER_H */
