// SPDX-License-Identifier: GPL-2.0
/*
 * Names of code, where the kernel has those of BPF programs: kallsyms, stack
 * traces and perf look there.
 */
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "sys/fault.h"
#include "sys/kfn.h"
#include "sys/symbol.h"

struct jit_symbol {
	struct bpf_ksym	ksym;
	struct rcu_head	rcu;
};

static void tell_perf(const struct bpf_ksym *ksym, unsigned long len,
		      bool unregister)
{
	jit_kfn_perf_event_ksymbol(PERF_RECORD_KSYMBOL_TYPE_OOL, ksym->start,
				   len, unregister, ksym->name);
}

/**
 * jit_symbol_add() - give code a name
 * @name: the name
 * @start: first address of the code
 * @len: its bytes
 *
 * The kernel takes the address behind a symbol for a part of it, since a call that
 * does not return may be its last instruction. The next block of a pack may begin
 * there, so the symbol ends a byte before.
 *
 * Context: Process context. May sleep.
 * Return: what jit_symbol_del() takes; %NULL if there is no memory.
 */
struct jit_symbol *jit_symbol_add(const char *name, unsigned long start,
				  unsigned long len)
{
	struct jit_symbol *sym = jit_fault(symbol, NULL,
					   kzalloc(sizeof(*sym), GFP_KERNEL | __GFP_NOWARN));

	if (!sym)
		return NULL;
	INIT_LIST_HEAD(&sym->ksym.lnode);
	sym->ksym.start = start;
	sym->ksym.end = start + len - 1;
	snprintf(sym->ksym.name, sizeof(sym->ksym.name), "%s [jitalloc]", name);
	if (jit_kfn_has_names()) {
		jit_kfn_bpf_ksym_add(&sym->ksym);
		tell_perf(&sym->ksym, len, false);
	}
	return sym;
}

/**
 * jit_symbol_name() - what the kernel shows
 * @sym: what jit_symbol_add() returned
 * @len: its bytes are put here
 *
 * Context: Any.
 * Return: the name, with what is behind it, as long as @sym is there.
 */
const char *jit_symbol_name(const struct jit_symbol *sym, size_t *len)
{
	*len = strlen(sym->ksym.name);
	return sym->ksym.name;
}

/**
 * jit_symbol_del() - take the name away again
 * @sym: what jit_symbol_add() returned
 *
 * Context: Process context.
 */
void jit_symbol_del(struct jit_symbol *sym)
{
	if (jit_kfn_has_names()) {
		tell_perf(&sym->ksym, sym->ksym.end + 1 - sym->ksym.start,
			  true);
		jit_kfn_bpf_ksym_del(&sym->ksym);
	}
	/* Whoever looks it up does so under RCU. */
	kfree_rcu(sym, rcu);
}
