/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For ports whose entries of exception tables nobody has looked at.
 */
#ifndef _JITALLOC_NO_EXTABLE_H
#define _JITALLOC_NO_EXTABLE_H

#ifndef __BINDGEN__
#include <asm/extable.h>

#define JIT_PORT_HAS_EXTABLE	false
#define JIT_PORT_INSN_ALIGN	1

static inline void jit_port_set_extable(struct exception_table_entry *e,
					unsigned long at, unsigned long insn,
					unsigned long fixup)
{
}
#endif

#endif /* _JITALLOC_NO_EXTABLE_H */
