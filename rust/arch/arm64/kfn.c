// SPDX-License-Identifier: GPL-2.0
/*
 * Unexported functions that arm64 needs.
 */
#include <linux/sched/mm.h>

#include "kfn_call.h"
#include "sys/kfn.h"

DEFINE_KFN(mm_alloc);

struct mm_struct *jit_kfn_mm_alloc(void)
{
	return kfn_call(mm_alloc)();
}
