// SPDX-License-Identifier: GPL-2.0
/*
 * The public function that gives text an exception table.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>

#include "boundary/boundary.h"
#include "boundary/may_sleep.h"
#include "sys/kfn.h"

/**
 * jit_text_extable() - say which instructions of text may fault
 * @buf: what jit_text_alloc() or jit_cache_text_alloc() returned, with a name from
 *	jit_text_name()
 * @entries: the instructions, in any order
 * @nr: how many there are
 *
 * From then on a fault of one of them on a kernel address, as a load from memory that
 * is not there, is no bug: it goes on at its fixup. The table is written into the last
 * JIT_EXTABLE_SIZE(@nr) bytes of the text, which have to be free for it; they must not
 * be written any more, and go with the text. The name stays as it is.
 *
 * An access to a user address must not be tried: it may be refused before a table is
 * looked at, or be tried again without end.
 *
 * Context: Process context. May sleep. From any other context, warns with the
 * caller's name.
 * Return: 0, or a negative errno: -EOPNOTSUPP if this kernel offers no way to do it;
 * -EINVAL if @buf or @entries is %NULL, @nr 0, or two are of one instruction, or one
 * where none can be; -ERANGE if one is not in the text, or in its table; -EFAULT if no
 * live allocation begins at @buf; -EACCES if it is data; -ENOENT if it has no name;
 * -EEXIST if it has a table; -ENOMEM; -EBUSY as of jit_update_copy(); -EWOULDBLOCK after
 * a warning. After -ENOMEM the room of the table may have been written.
 */
int jit_text_extable(void *buf, const struct jit_extable_entry *entries,
		     size_t nr)
{
	if (may_sleep() && !(JIT_PORT_HAS_EXTABLE && jit_kfn_has_names()))
		return -EOPNOTSUPP;
	return jit_rust_text_extable(buf, entries, nr, _RET_IP_, may_sleep());
}
EXPORT_SYMBOL_GPL(jit_text_extable);
