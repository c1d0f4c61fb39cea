// SPDX-License-Identifier: GPL-2.0
/*
 * Exception tables as the kernel has them, made of what callers give. An entry says
 * where an instruction is by how far it is from the entry, in 32 bits, so a table is
 * made for the place where it will be: the end of the text that it is for.
 */
#include <linux/align.h>
#include <linux/build_bug.h>
#include <linux/jitalloc.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "sys/extable.h"
#include "sys/fault.h"

/* The public header takes it for this. */
static_assert(sizeof(struct exception_table_entry) <=
	      JIT_EXTABLE_SIZE(1) - JIT_EXTABLE_SIZE(0));
static_assert(JIT_EXTABLE_SIZE(0) >= sizeof(u32));

struct jit_extable {
	unsigned long			addr;
	size_t				nr;
	struct exception_table_entry	entries[] __counted_by(nr);
};

static int compare(const void *a, const void *b)
{
	const struct jit_extable_entry *x = a, *y = b;

	return x->insn < y->insn ? -1 : x->insn > y->insn;
}

/* Entries that are sorted, in a text of which the first @room bytes are code */
static int check(const struct jit_extable_entry *entries, size_t nr, size_t room)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct jit_extable_entry *e = &entries[i];

		if (e->insn >= room || e->fixup >= room)
			return -ERANGE;
		if ((e->insn | e->fixup) & (JIT_PORT_INSN_ALIGN - 1))
			return -EINVAL;
		if (i && e->insn == entries[i - 1].insn)
			return -EINVAL;
	}
	return 0;
}

/**
 * jit_extable_new() - make a table
 * @entries: instructions that may fault, in any order
 * @nr: how many there are
 * @start: first address of their text
 * @size: its bytes, of which the last ones are to be the table
 * @table: the table is put here; to be given back by jit_extable_free()
 *
 * Context: Process context. May sleep.
 * Return: 0; -EINVAL if there are none, two of the same instruction, or one where
 * none can be; -ERANGE if one is not in the text, or in its table; -ENOMEM.
 */
int jit_extable_new(const struct jit_extable_entry *entries, size_t nr,
		    unsigned long start, size_t size,
		    struct jit_extable **table)
{
	const size_t len = sizeof(struct exception_table_entry);
	struct jit_extable_entry *sorted;
	struct jit_extable *new;
	size_t room, i;
	int err;

	if (!nr)
		return -EINVAL;
	if (nr > size / len)
		return -ERANGE;
	room = ALIGN_DOWN(size - nr * len, sizeof(u32));

	/* The sorted entries are behind what is made of them. */
	new = jit_fault(extable, NULL,
			kvzalloc(sizeof(*new) + nr * (len + sizeof(*sorted)),
				 GFP_KERNEL | __GFP_NOWARN));
	if (!new)
		return -ENOMEM;
	new->addr = start + room;
	new->nr = nr;
	sorted = (void *)new->entries + nr * len;
	memcpy(sorted, entries, nr * sizeof(*sorted));
	sort(sorted, nr, sizeof(*sorted), compare, NULL);

	err = check(sorted, nr, room);
	if (err) {
		kvfree(new);
		return err;
	}
	for (i = 0; i < nr; i++)
		jit_port_set_extable(&new->entries[i], new->addr + i * len,
				     start + sorted[i].insn,
				     start + sorted[i].fixup);
	*table = new;
	return 0;
}

/**
 * jit_extable_bytes() - what has to be written
 * @table: the table
 * @len: its bytes are put here
 *
 * Context: Any.
 * Return: its first byte.
 */
const void *jit_extable_bytes(const struct jit_extable *table, size_t *len)
{
	*len = table->nr * sizeof(*table->entries);
	return table->entries;
}

/**
 * jit_extable_addr() - where it has to be written
 * @table: the table
 *
 * Context: Any.
 * Return: the address.
 */
unsigned long jit_extable_addr(const struct jit_extable *table)
{
	return table->addr;
}

/**
 * jit_extable_free() - forget a table, which has been written or not
 * @table: the table
 *
 * Context: Process context.
 */
void jit_extable_free(struct jit_extable *table)
{
	kvfree(table);
}
