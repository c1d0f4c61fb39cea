// SPDX-License-Identifier: GPL-2.0
/*
 * The public function that names text: formats, and passes the name on to Rust.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/kallsyms.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "boundary/boundary.h"
#include "boundary/may_sleep.h"
#include "sys/fault.h"

#define SUFFIX	" [jitalloc]"

/* A line of /proc/kallsyms is one word, and what kind of symbol it is. */
static int check_name(const char *name)
{
	const char *c;

	if (!*name)
		return -EINVAL;
	if (strlen(name) + sizeof(SUFFIX) > KSYM_NAME_LEN)
		return -ENAMETOOLONG;
	for (c = name; *c; c++)
		if (!isascii(*c) || !isgraph(*c))
			return -EINVAL;
	return 0;
}

/**
 * jit_text_name() - give text a name
 * @buf: what jit_text_alloc() or jit_cache_text_alloc() returned
 * @fmt: the name, as printf() makes it
 *
 * From then on /proc/kallsyms, stack traces, perf and all else that asks the
 * kernel for the symbol at an address have "NAME [jitalloc]", and stack traces
 * go on behind the text if it keeps frame pointers. A text that has a name gets
 * the new one instead. The name goes after jit_free(), once no CPU or task is in
 * the text any more, and before its bytes are overwritten.
 *
 * On a kernel that offers no way to do it nothing shows the name, and a line in
 * the log has said so when the module was loaded.
 *
 * Context: Process context. May sleep. From any other context, warns with the
 * caller's name.
 * Return: 0, or a negative errno: -EINVAL if @buf is %NULL, or the name empty or
 * not of printable ASCII characters without a space; -ENAMETOOLONG if with
 * " [jitalloc]" it is longer than the kernel's names are; -EFAULT if no live
 * allocation begins at @buf; -EACCES if it is data; -EBUSY if it has an exception
 * table; -ENOMEM; -EWOULDBLOCK after a warning.
 */
int jit_text_name(void *buf, const char *fmt, ...)
{
	char *name __free(kfree) = NULL;
	va_list args;
	int err;

	if (!may_sleep())
		return jit_rust_text_name(buf, NULL, 0, _RET_IP_, false);

	va_start(args, fmt);
	name = jit_fault(name_text, NULL,
			 kvasprintf(GFP_KERNEL | __GFP_NOWARN, fmt, args));
	va_end(args);
	if (!name)
		return -ENOMEM;
	err = check_name(name);
	return err ?: jit_rust_text_name(buf, name, strlen(name) + 1, _RET_IP_,
					 true);
}
EXPORT_SYMBOL_GPL(jit_text_name);
