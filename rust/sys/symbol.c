// SPDX-License-Identifier: GPL-2.0
/*
 * Names of code, where the kernel has those of BPF programs: kallsyms, stack
 * traces and perf look there.
 */
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sys/fault.h"
#include "sys/kfn.h"
#include "sys/symbol.h"

struct jit_symbol {
	struct bpf_ksym	*ksym;
	struct rcu_head	rcu;
	bool		has_extable;
	/* Another symbol goes on showing the name. */
	bool		is_replaced;
};

struct plain_symbol {
	struct jit_symbol	sym;
	struct bpf_ksym		ksym;
};

/*
 * Exception tables are those of programs, so here is one that has nothing else.
 * Documentation/design.rst goes through all that look at it.
 */
struct extable_symbol {
	struct jit_symbol	sym;
	struct bpf_prog_aux	aux;
	struct bpf_prog		prog;
};

/*
 * The program that all of them are a part of: there is none, for those that look for
 * the program that they have been called by.
 */
static struct bpf_prog_aux no_program;

static void tell_perf(const struct bpf_ksym *ksym, bool unregister)
{
	unsigned long len = ksym->end + 1 - ksym->start;

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
	struct plain_symbol *plain = jit_fault(symbol, NULL,
					       kzalloc(sizeof(*plain),
						       GFP_KERNEL | __GFP_NOWARN));

	if (!plain)
		return NULL;
	plain->sym.ksym = &plain->ksym;
	INIT_LIST_HEAD(&plain->ksym.lnode);
	plain->ksym.start = start;
	plain->ksym.end = start + len - 1;
	snprintf(plain->ksym.name, sizeof(plain->ksym.name), "%s [jitalloc]",
		 name);
	if (jit_kfn_has_names()) {
		jit_kfn_bpf_ksym_add(&plain->ksym);
		tell_perf(&plain->ksym, false);
	}
	return &plain->sym;
}

/**
 * jit_symbol_add_extable() - give code that has a name an exception table
 * @old: what jit_symbol_add() returned; to be deleted afterwards
 * @table: the table, which stays as long as the code
 * @len: its bytes
 *
 * Only if jit_kfn_has_names().
 *
 * Context: Process context. May sleep.
 * Return: a symbol that shows the same name; %NULL if there is no memory.
 */
struct jit_symbol *jit_symbol_add_extable(struct jit_symbol *old,
					  unsigned long table, size_t len)
{
	struct extable_symbol *new =
		jit_fault(symbol_extable, NULL,
			  kzalloc(sizeof(*new), GFP_KERNEL | __GFP_NOWARN));

	if (!new)
		return NULL;
	new->sym.ksym = &new->aux.ksym;
	new->sym.has_extable = true;
	new->prog.aux = &new->aux;
	new->aux.prog = &new->prog;
	new->aux.main_prog_aux = &no_program;
	new->aux.extable = (struct exception_table_entry *)table;
	new->aux.num_exentries = len / sizeof(*new->aux.extable);
	INIT_LIST_HEAD(&new->aux.ksym.lnode);
	new->aux.ksym.start = old->ksym->start;
	new->aux.ksym.end = old->ksym->end;
	new->aux.ksym.prog = true;
	strscpy(new->aux.ksym.name, old->ksym->name);
	old->is_replaced = true;
	jit_kfn_bpf_ksym_add(&new->aux.ksym);
	return &new->sym;
}

/**
 * jit_symbol_has_extable() - find out whether code has an exception table
 * @sym: the symbol of the code
 *
 * Context: Any.
 * Return: whether it has.
 */
bool jit_symbol_has_extable(const struct jit_symbol *sym)
{
	return sym->has_extable;
}

/**
 * jit_symbol_name() - what the kernel shows
 * @sym: the symbol
 * @len: its bytes are put here
 *
 * Context: Any.
 * Return: the name, with what is behind it, as long as @sym is there.
 */
const char *jit_symbol_name(const struct jit_symbol *sym, size_t *len)
{
	*len = strlen(sym->ksym->name);
	return sym->ksym->name;
}

/**
 * jit_symbol_del() - take the name away again, and the table
 * @sym: what jit_symbol_add() or jit_symbol_add_extable() returned
 *
 * Context: Process context.
 */
void jit_symbol_del(struct jit_symbol *sym)
{
	if (jit_kfn_has_names()) {
		if (!sym->is_replaced)
			tell_perf(sym->ksym, true);
		jit_kfn_bpf_ksym_del(sym->ksym);
	}
	/*
	 * Whoever looks it up does so under RCU, or is called by the code, which nobody
	 * is in any more if it has a table. The symbol is the first member.
	 */
	kfree_rcu(sym, rcu);
}
