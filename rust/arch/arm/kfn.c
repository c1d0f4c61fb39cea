// SPDX-License-Identifier: GPL-2.0
/*
 * Unexported functions that arm needs.
 */
#include <linux/mm.h>
#include <asm/text-patching.h>

#include "kfn_call.h"
#include "sys/kfn.h"

/* It is found by jit_port_layout(), for it cannot be probed. */
DEFINE_KFN(__patch_text_real);

void jit_kfn___patch_text_real(void *addr, unsigned int insn, bool remap)
{
	kfn_call(__patch_text_real)(addr, insn, remap);
}
