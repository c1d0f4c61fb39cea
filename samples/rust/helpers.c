// SPDX-License-Identifier: GPL-2.0
#include "helpers.h"
#include "return.h"

/**
 * jit_rust_emit_return() - write the end of a function, as this kernel needs it
 * @image: where to write, at least %RETURN_MAX bytes
 * @ip: address at which these bytes will run
 *
 * Return: number of bytes written, 0 if there is no way to return from @ip.
 */
unsigned int jit_rust_emit_return(u8 *image, unsigned long ip)
{
	return emit_return(image, ip, return_thunk_in_use());
}
