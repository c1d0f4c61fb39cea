// SPDX-License-Identifier: GPL-2.0
/*
 * Kprobes: slots, below page size, for an instruction that a breakpoint stands for,
 * and for the code of a probe that is optimised.
 *
 * The kernel keeps such a slot from who may still be in it by collecting what is dirty
 * after a grace period; jit_free() waits for one itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>

#include "jit_adopt.h"
#include "redirect.h"

ADOPT_ORIGINAL(__get_insn_slot);
ADOPT_ORIGINAL(__free_insn_slot);

static struct adopt_redirect redirects[];
enum { GET, FREE };

static kprobe_opcode_t *get_slot(struct kprobe_insn_cache *c)
{
	size_t size = c->insn_size * sizeof(kprobe_opcode_t);
	kprobe_opcode_t *slot = adopt_alloc(&adopt_kprobes, size, JIT_ALIGN);

	if (slot)
		/*
		 * Who unwinds a stack knows the kernel's pages of slots, and takes
		 * for text what has a name. Without one only that is lost.
		 */
		jit_text_name(slot, "%s", c->sym);
	else
		slot = adopt_original(__get_insn_slot)(c);
	atomic_dec(&redirects[GET].inside);
	return slot;
}

static void free_slot(struct kprobe_insn_cache *c, kprobe_opcode_t *slot,
		      int dirty)
{
	if (!adopt_free(&adopt_kprobes, slot))
		adopt_original(__free_insn_slot)(c, slot, dirty);
	atomic_dec(&redirects[FREE].inside);
}

static struct adopt_redirect redirects[] = {
	[GET]	= ADOPT_REDIRECT(__get_insn_slot, get_slot),
	[FREE]	= ADOPT_REDIRECT(__free_insn_slot, free_slot),
	{ }
};

struct adopt_user adopt_kprobes = {
	.name		= "kprobes",
	.type		= JIT_KPROBES,
	.redirects	= redirects,
};
