// SPDX-License-Identifier: GPL-2.0
/*
 * How a CPU loads the address space in which text is writable, and writes it.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <asm/mmu_context.h>
#include <asm/smap.h>
#include <asm/string.h>
#include <asm/text-patching.h>

#include "arch/private_mm.h"
#include "sys/kfn.h"

/* Whether this CPU has loaded the address space to write. */
static DEFINE_PER_CPU(bool, writer_is_in);

/**
 * jit_writer_enter() - load an address space to write
 * @mm: address space
 *
 * A handler that a tracer has put into the switch of address spaces, or into
 * the write, may want to write as well. There is no way back for it to the address
 * space that is loaded, so it is refused.
 *
 * Context: Interrupts are off, and stay so until jit_writer_leave().
 * Return: what is loaded now, for jit_writer_leave(); %NULL if this CPU is
 * writing already.
 */
void *jit_writer_enter(struct mm_struct *mm)
{
	if (__this_cpu_read(writer_is_in))
		return NULL;
	__this_cpu_write(writer_is_in, true);
	return jit_kfn_use_temporary_mm(mm);
}
NOKPROBE_SYMBOL(jit_writer_enter);

/**
 * jit_writer_enter_in_task() - load an address space to write, in no handler
 * @mm: address space
 *
 * Context: As jit_writer_enter(), by a task that had interrupts on before.
 * Return: what is loaded now, for jit_writer_leave().
 */
void *jit_writer_enter_in_task(struct mm_struct *mm)
{
	__this_cpu_write(writer_is_in, true);
	return jit_kfn_use_temporary_mm(mm);
}
NOKPROBE_SYMBOL(jit_writer_enter_in_task);

/**
 * jit_writer_leave() - load what was loaded before
 * @prev: what was returned
 */
void jit_writer_leave(void *prev)
{
	jit_kfn_unuse_temporary_mm(prev);
	__this_cpu_write(writer_is_in, false);
}
NOKPROBE_SYMBOL(jit_writer_leave);

/*
 * Instruction fetch is coherent with the writes that follow, so nobody needs to
 * know at which address the text is executed.
 */

/**
 * jit_writer_copy() - write text, in the address space
 * @at: where it is mapped writable
 * @text: where it is executed
 * @src: kernel memory
 * @len: bytes
 */
void jit_writer_copy(unsigned long at, unsigned long text, const void *src,
		     size_t len)
{
	lass_stac();
	__inline_memcpy((void *)at, src, len);
	lass_clac();
}
NOKPROBE_SYMBOL(jit_writer_copy);

/**
 * jit_writer_set() - fill text, in the address space
 * @at: where it is mapped writable
 * @text: where it is executed
 * @byte: what with
 * @len: bytes
 */
void jit_writer_set(unsigned long at, unsigned long text, u8 byte, size_t len)
{
	lass_stac();
	__inline_memset((void *)at, byte, len);
	lass_clac();
}
NOKPROBE_SYMBOL(jit_writer_set);

/**
 * jit_writer_set_traps() - fill text with traps, in the address space
 * @at: where it is mapped writable
 * @text: where it is executed
 * @len: bytes
 */
void jit_writer_set_traps(unsigned long at, unsigned long text, size_t len)
{
	jit_writer_set(at, text, INT3_INSN_OPCODE, len);
}
NOKPROBE_SYMBOL(jit_writer_set_traps);
