// SPDX-License-Identifier: GPL-2.0
/*
 * Which interface this is. The kernel checks nothing but names when it loads a
 * module, unless it has CONFIG_MODVERSIONS, and Debian's has not.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/printk.h>

#define MAJOR(version)	((version) >> 16)
#define MINOR(version)	((version) & 0xffff)

/**
 * jit_alloc_version() - the interface that this allocator has
 *
 * Context: Any.
 * Return: its %JIT_ALLOC_VERSION.
 */
unsigned int jit_alloc_version(void)
{
	return JIT_ALLOC_VERSION;
}
EXPORT_SYMBOL_GPL(jit_alloc_version);

/**
 * jit_alloc_require() - check that this allocator fits a module
 * @version: %JIT_ALLOC_VERSION, as the module knows it
 *
 * For the first line of a module's initialisation. An allocator fits that has the
 * same first number, and the same or a larger second one.
 *
 * Context: Any.
 * Return: 0, or %-EPROTONOSUPPORT after a line in the log that names the caller and
 * both versions.
 */
int jit_alloc_require(unsigned int version)
{
	if (MAJOR(version) == JIT_ALLOC_VERSION_MAJOR &&
	    MINOR(version) <= JIT_ALLOC_VERSION_MINOR)
		return 0;

	pr_err("%ps is built for interface %u.%u of jitalloc, and this is %u.%u\n",
	       (void *)_RET_IP_, MAJOR(version), MINOR(version),
	       JIT_ALLOC_VERSION_MAJOR, JIT_ALLOC_VERSION_MINOR);
	return -EPROTONOSUPPORT;
}
EXPORT_SYMBOL_GPL(jit_alloc_require);
