/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What running generated code depends on the architecture for.
 */
#ifndef _SELFTESTS_BPF_RUNNER_ARCH_H
#define _SELFTESTS_BPF_RUNNER_ARCH_H

#include "runner.h"

#if defined(__x86_64__)
#define RUNNER_LANDING_PAD	{ 0xf3, 0x0f, 0x1e, 0xfa }	/* endbr64 */
#define RUNNER_TRAP		{ 0xcc }			/* int3 */
/* Calls are direct: near the helpers, which are in the low 2 GiB. */
#define RUNNER_MAP		MAP_32BIT
#elif defined(__aarch64__)
#define RUNNER_LANDING_PAD	{ 0x5f, 0x24, 0x03, 0xd5 }	/* bti c */
#define RUNNER_TRAP		{ 0x00, 0x20, 0x20, 0xd4 }	/* brk #0x100 */
#define RUNNER_MAP		0
#elif defined(__arm__)
#define RUNNER_LANDING_PAD	{ }				/* there are none */
#define RUNNER_TRAP		{ 0xf1, 0xde, 0xfd, 0xe7 }	/* udf #0xdde1 */
#define RUNNER_MAP		0
#endif

/* Whether code is to jump to a thunk instead of returning, if there is such a thing */
void runner_set_thunk(bool with_thunk);

/*
 * Runs the code with known values in the registers that belong to the caller.
 * Any that is changed counts as a crash.
 */
u64 runner_enter(u8 *entry, const struct packet *p);

/* Whether code for @prog is refused where it cannot reach what it calls. */
bool runner_reach(const struct cbpf_prog *prog);

#endif /* _SELFTESTS_BPF_RUNNER_ARCH_H */
