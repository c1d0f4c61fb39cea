// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters. They are in C because those of Rust modules cannot be read
 * back in sysfs.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>

#include "boundary/options.h"

struct jit_options jit_options = {
	.reserve = SZ_2M,
};

module_param_named(limit, jit_options.limit, ulong, 0444);
MODULE_PARM_DESC(limit, "bytes that all allocations together may hold (0: half of memory, or of the address range if that is less)");

module_param_named(reserve, jit_options.reserve, ulong, 0444);
MODULE_PARM_DESC(reserve, "bytes of empty packs that each pool retains for the next need (2 MiB)");
