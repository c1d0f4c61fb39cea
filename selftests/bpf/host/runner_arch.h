/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What running generated code depends on the architecture for.
 */
#ifndef _SELFTESTS_BPF_RUNNER_ARCH_H
#define _SELFTESTS_BPF_RUNNER_ARCH_H

#include "runner.h"

#if defined(__x86_64__)
#define RUNNER_LANDING_PAD	{ 0xf3, 0x0f, 0x1e, 0xfa }	/* endbr64 */
/* Calls are direct: near the helpers, which are in the low 2 GiB. */
#define RUNNER_MAP		MAP_32BIT
#elif defined(__aarch64__)
#define RUNNER_LANDING_PAD	{ 0x5f, 0x24, 0x03, 0xd5 }	/* bti c */
#define RUNNER_MAP		0
#elif defined(__arm__)
#define RUNNER_LANDING_PAD	{ }	/* there are none */
#define RUNNER_MAP		0
#endif

/* What is to be jumped to instead of a return, 0 if there is no such thing */
u64 runner_thunk(void);

/* Memory that nothing may run in, and whether it still is */
void runner_fill(u8 *code, size_t len);
bool runner_is_filled(const u8 *code, size_t len);

/*
 * Runs the code with known values in the registers that belong to the caller.
 * Any that is changed counts as a crash.
 */
u64 runner_enter(u8 *entry, const struct packet *p);

/* Whether code for @prog is refused where it cannot reach what it calls. */
bool runner_reach(const struct cbpf_prog *prog);

#endif /* _SELFTESTS_BPF_RUNNER_ARCH_H */
