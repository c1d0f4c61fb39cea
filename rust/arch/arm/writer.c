// SPDX-License-Identifier: GPL-2.0
/*
 * Text is written by the kernel's own patching, a word at a time.
 *
 * The kernel maps the page of a word by a fixmap slot, writes, and unmaps it, with
 * a lock held and interrupts off. A private address space, as other ports have,
 * would need the domain of user space opened, tables of two levels in one, and an
 * ASID that nothing pins here.
 */
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/cacheflush.h>

#include "sys/helpers.h"
#include "sys/kfn.h"

/* UDF #0xdde1, as in params.rs */
#define TRAP	0xe7fddef1

/* Whether this CPU writes; the kernel's lock would wait for itself. */
static DEFINE_PER_CPU(bool, writer_is_in);

/**
 * jit_writer_enter() - begin to write
 *
 * Context: Interrupts are off, and stay so until jit_writer_leave().
 * Return: false if this CPU is writing already.
 */
bool jit_writer_enter(void)
{
	if (__this_cpu_read(writer_is_in))
		return false;
	__this_cpu_write(writer_is_in, true);
	return true;
}
NOKPROBE_SYMBOL(jit_writer_enter);

/**
 * jit_writer_leave() - undo jit_writer_enter()
 */
void jit_writer_leave(void)
{
	__this_cpu_write(writer_is_in, false);
}
NOKPROBE_SYMBOL(jit_writer_leave);

/**
 * jit_port_sync_caches() - have what was written fetched
 * @start: where the text is executed
 * @len: bytes
 */
void jit_port_sync_caches(unsigned long start, unsigned long len)
{
	flush_icache_range(start, start + len);
}

/* Some bytes of one word; the others stay what they are. */
static void write_word(unsigned long text, const u8 *src, size_t len)
{
	unsigned long first = ALIGN_DOWN(text, sizeof(u32));
	u32 word = READ_ONCE(*(u32 *)first);

	memcpy((u8 *)&word + (text - first), src, len);
	jit_kfn___patch_text_real((void *)first, word, true);
}

/**
 * jit_writer_copy() - write text
 * @text: where
 * @src: kernel memory
 * @len: bytes
 */
void jit_writer_copy(unsigned long text, const void *src, size_t len)
{
	while (len) {
		size_t now = min(len, sizeof(u32) - text % sizeof(u32));

		write_word(text, src, now);
		text += now;
		src += now;
		len -= now;
	}
}
NOKPROBE_SYMBOL(jit_writer_copy);

/**
 * jit_writer_set() - fill text
 * @text: where
 * @byte: what with
 * @len: bytes
 */
void jit_writer_set(unsigned long text, u8 byte, size_t len)
{
	const u8 bytes[sizeof(u32)] = { byte, byte, byte, byte };

	while (len) {
		size_t now = min(len, sizeof(u32) - text % sizeof(u32));

		write_word(text, bytes, now);
		text += now;
		len -= now;
	}
}
NOKPROBE_SYMBOL(jit_writer_set);

/**
 * jit_writer_set_traps() - fill text with traps
 * @text: where, a multiple of four
 * @len: bytes, a multiple of four
 */
void jit_writer_set_traps(unsigned long text, size_t len)
{
	for (; len; text += sizeof(u32), len -= sizeof(u32))
		jit_kfn___patch_text_real((void *)text, TRAP, true);
}
NOKPROBE_SYMBOL(jit_writer_set_traps);
