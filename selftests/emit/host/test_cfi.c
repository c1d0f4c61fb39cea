// SPDX-License-Identifier: GPL-2.0
/*
 * Functions that C calls with kCFI, in user space: the compiler checks the hash in
 * front of them, and a call of one with a wrong hash, or without, traps.
 *
 * Prints "ok NAME" or "not ok NAME".
 */
#include "machine.h"

typedef u32 (*cfi_fn)(u32 value);

static u32 model(u32 value)
{
	return value + 1;
}

static u64 other(const void *at, u64 value)
{
	return (unsigned long)at + value;
}

static u8 buf[TEXT_SIZE];

/* By an address of which the compiler knows nothing */
static u32 call(cfi_fn fn, u32 value)
{
	asm("" : "+r" (fn));
	return fn(value);
}

/* Whether the call of what is in the text comes back with the constant */
static bool runs(const struct jit_emit *e, size_t entry)
{
	if (!machine_write(e) || sigsetjmp(before_run, 1))
		return false;
	return call((cfi_fn)(uintptr_t)(text + entry), 1) == 7;
}

static void rest_of_constant(struct jit_emit *e)
{
	piece_set(e, 0, 7);
	jit_emit_return(e);
}

#ifdef __x86_64__
/* As FineIBT writes it when the check is a call of the kernel */
static void test_fineibt(void)
{
	static const u8 prefix[] = {
		0xf3, 0x0f, 0x1e, 0xfa, 0x2d, 1, 2, 3, 4, 0x2e, 0x2e,
		0xe8, 0, 0, 0, 0, 0x0f, 0x1f, 0x40, 0xd6,
	};
	u8 *fn = text + TEXT_SIZE + 16;
	const u8 *check = text + 2 * TEXT_SIZE;
	struct jit_emit e;
	int distance;

	protect(PROT_READ | PROT_WRITE);
	memcpy(fn - 16, prefix, sizeof(prefix));
	put_direct(fn - 5, 0xe8, check);
	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_cfi_entry(&e, fn);
	memcpy(&distance, buf + 12, sizeof(distance));
	report(!e.err && e.len == 20 && !memcmp(buf, prefix, 12) &&
	       text + 16 + distance == check && !memcmp(buf + 16, prefix + 16, 4),
	       "a check that is called is called from elsewhere");

	/* And when it is a jump into the entry, which moves with it */
	memcpy(fn - 7, "\x2e\x0f\x85\x03\x00\x00\x00", 7);
	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_cfi_entry(&e, fn);
	report(!e.err && e.len == 20 && !memcmp(buf, fn - 16, 20),
	       "one that is a jump is the same");
}
#endif

int main(void)
{
	struct jit_emit e;

	machine_init();
	machine_set(KIND_PLAIN);

	report(call(model, 1) == 2, "a function of the compiler's is called");
	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_cfi_entry(&e, (const void *)(uintptr_t)model);
	rest_of_constant(&e);
	report(runs(&e, JIT_EMIT_CFI_SIZE), "one with the hash of its type is called");

	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_cfi_entry(&e, (const void *)(uintptr_t)other);
	rest_of_constant(&e);
	report(!e.err && !runs(&e, JIT_EMIT_CFI_SIZE), "one of another type traps");

	jit_emit_init(&e, buf, sizeof(buf), text);
	jit_emit_align(&e, 32);
	jit_emit_trap(&e);
	jit_emit_align(&e, 32);
	piece_constant(&e, 7);
	report(!e.err && !runs(&e, 32), "one without a hash traps");
#ifdef __x86_64__
	test_fineibt();
#endif
	return 0;
}
