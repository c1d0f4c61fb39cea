// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters. They are in C because those of Rust modules cannot be read
 * back in sysfs, nor changed there.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "boundary/options.h"

/* Both are called with kernel_param_lock() held, at any time until sysfs has gone. */
static int option_set(const char *val, const struct kernel_param *kp)
{
	unsigned long value;
	int err = kstrtoul(val, 0, &value);

	return err ?: jit_rust_set_option((unsigned long)kp->arg, value);
}

static int option_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%lu\n",
		       jit_rust_option((unsigned long)kp->arg));
}

static const struct kernel_param_ops option_ops = {
	.set	= option_set,
	.get	= option_get,
};

module_param_cb(limit, &option_ops, (void *)JIT_OPTION_LIMIT, 0644);
__MODULE_PARM_TYPE(limit, "ulong");
MODULE_PARM_DESC(limit, "bytes that all allocations together may hold (0: half of memory, or of the address range if that is less)");

module_param_cb(reserve, &option_ops, (void *)JIT_OPTION_RESERVE, 0644);
__MODULE_PARM_TYPE(reserve, "ulong");
MODULE_PARM_DESC(reserve, "bytes of empty packs that each pool retains for the next need (2 MiB)");

module_param_cb(owner_limit, &option_ops, (void *)JIT_OPTION_OWNER_LIMIT, 0644);
__MODULE_PARM_TYPE(owner_limit, "ulong");
MODULE_PARM_DESC(owner_limit, "bytes that each module may have (0: no limit)");

static bool harden;
module_param(harden, bool, 0444);
MODULE_PARM_DESC(harden, "each block and each pack at a random place; allocations are slower and take more memory (N)");

/**
 * jit_helper_is_hardened() - whether nobody is to guess where blocks are
 *
 * Context: Any. It does not change once the module is being initialised.
 * Return: what was asked for.
 */
bool jit_helper_is_hardened(void)
{
	return harden;
}

static bool pred_flush;
module_param(pred_flush, bool, 0444);
MODULE_PARM_DESC(pred_flush, "branch predictors forget the text of one module before another's is in its place (N)");

/**
 * jit_helper_wants_pred_flush() - whether branch predictors are to forget
 *
 * Context: Any. It does not change once the module is being initialised.
 * Return: what was asked for.
 */
bool jit_helper_wants_pred_flush(void)
{
	return pred_flush;
}

/**
 * jit_helper_options_lock() - keep parameters from being read and set
 *
 * Context: Process context. May sleep.
 */
void jit_helper_options_lock(void)
{
	kernel_param_lock(THIS_MODULE);
}

/**
 * jit_helper_options_unlock() - undo jit_helper_options_lock()
 */
void jit_helper_options_unlock(void)
{
	kernel_param_unlock(THIS_MODULE);
}
