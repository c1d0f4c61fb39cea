// SPDX-License-Identifier: GPL-2.0
/*
 * The public functions: each passes its caller's address on to Rust.
 */
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jitalloc.h>
#include <linux/module.h>

#include "boundary.h"

MODULE_VERSION("0.1.0");

/**
 * jit_alloc_arch_params() - parameters of this architecture, as loaded
 *
 * Every range is filled in and valid: nothing is inherited any more.
 *
 * Context: Any.
 * Return: the parameters, which do not change while the caller's module holds
 * its reference.
 */
const struct jit_alloc_params *jit_alloc_arch_params(void)
{
	return jit_rust_arch_params();
}
EXPORT_SYMBOL_GPL(jit_alloc_arch_params);

/**
 * jit_text_alloc() - allocate executable memory
 * @type: who runs the code; any type but %JIT_MODULES_DATA
 * @size: bytes
 *
 * The text is read-only, executable, aligned as the type's range asks, and
 * full of trapping instructions. Write it with jit_update_copy() and
 * jit_update_set(), free it with jit_free().
 *
 * Code that is entered through a pointer must begin with a landing pad (ENDBR64
 * on x86 with CONFIG_X86_KERNEL_IBT), and must return as the kernel's
 * mitigations need.
 *
 * Context: Process context. May sleep. From any other context, and for an
 * unknown type or one that is data, warns with the caller's name.
 * Return: the text; %NULL if @size is 0 or does not fit the range, if there is
 * no memory or no address space left, if the module's limit is reached, or
 * after a warning.
 */
void *jit_text_alloc(enum jit_type type, size_t size)
{
	return jit_rust_text_alloc(type, size, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_text_alloc);

/**
 * jit_data_alloc() - allocate memory that text of a type can reach
 * @type: whose text must reach the data
 * @size: bytes
 *
 * The data is writable, never executable, and full of zeroes. For a type of
 * text it lies in the range of that text. Free it with jit_free().
 *
 * Context: Process context. May sleep. From any other context, and for an
 * unknown type, warns with the caller's name.
 * Return: the data; %NULL if @size is 0 or does not fit the range, if there is
 * no memory or no address space left, if the module's limit is reached, or
 * after a warning.
 */
void *jit_data_alloc(enum jit_type type, size_t size)
{
	return jit_rust_data_alloc(type, size, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_data_alloc);

/**
 * jit_update_copy() - write text
 * @dst: where in an allocation of text to begin
 * @src: what to write
 * @len: bytes
 *
 * When it returns, every CPU fetches the new bytes. The write as a whole is
 * not atomic: a CPU that executes [@dst, @dst + @len) meanwhile may see part
 * of it. A @len of 0 writes nothing, and is checked like any other.
 *
 * Context: Process context. May sleep. From any other context, warns with the
 * caller's name.
 * Return: 0, or a negative errno, and then nothing was written: -EINVAL if
 * @dst or @src is %NULL; -EFAULT if @dst is not inside a live allocation;
 * -EACCES if it is inside data; -ERANGE if the write would cross the end of
 * the allocation; -EWOULDBLOCK from a context that may not sleep.
 */
int jit_update_copy(void *dst, const void *src, size_t len)
{
	return jit_rust_update_copy(dst, src, len, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_update_copy);

/**
 * jit_update_set() - fill text with a byte
 * @dst: where in an allocation of text to begin
 * @byte: what to write
 * @len: bytes
 *
 * As jit_update_copy(), with @len times @byte for a source.
 *
 * Context: Process context. May sleep. From any other context, warns with the
 * caller's name.
 * Return: 0, or a negative errno of jit_update_copy().
 */
int jit_update_set(void *dst, u8 byte, size_t len)
{
	return jit_rust_update_set(dst, byte, len, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_update_set);

/**
 * jit_free() - free text or data
 * @buf: what jit_text_alloc() or jit_data_alloc() returned, or %NULL
 *
 * A CPU or a preempted task may still be in the text: its memory is taken back
 * only after a grace period in which all of them have left, provided that
 * nobody enters it any more. It can't be updated from now on.
 *
 * A pointer that is not the start of a live allocation is ignored, with a
 * warning that names the caller and, if there is one, the owner.
 *
 * Context: Any but NMI. Does not sleep.
 */
void jit_free(void *buf)
{
	jit_rust_free(buf, _RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_free);

/**
 * jit_free_barrier() - wait until freed memory has been taken back
 *
 * Waits for all that was passed to jit_free() before, for at least one grace
 * period if there was anything. That takes long: call it once, not for each
 * free.
 *
 * Context: Process context. Sleeps. From any other context, warns with the
 * caller's name and does nothing.
 */
void jit_free_barrier(void)
{
	jit_rust_free_barrier(_RET_IP_);
}
EXPORT_SYMBOL_GPL(jit_free_barrier);
