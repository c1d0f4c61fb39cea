// SPDX-License-Identifier: GPL-2.0
/*
 * Code that faults, and goes on where its table says: loads from memory of which the
 * page tables say that it is not there. What each load has to give is counted here,
 * from what was put into memory, and from which load it was.
 */
#include <linux/completion.h>
#include <linux/jitalloc.h>
#include <linux/kallsyms.h>
#include <linux/kmemleak.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "../emit/pieces.h"
#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_LOADS	100
#define LOAD_ROOM	128
#define CODE_SIZE	(NR_LOADS * LOAD_ROOM)
#define TEXT_SIZE	(CODE_SIZE + JIT_EXTABLE_SIZE(NR_LOADS))
#define FAULTED		0x5000

typedef unsigned long (*load_fn)(const unsigned long *from);

/* A text of loads, each a function of its own, and what is written there */
struct loads {
	u8				*text;
	unsigned int			nr;
	u8				code[CODE_SIZE];
	struct jit_extable_entry	entries[NR_LOADS];
};

static unsigned int nr_texts;

/* One load from where its argument says; if it faults, it returns what it is told */
static void write_load(struct jit_emit *e, struct jit_extable_entry *entry, u32 nr)
{
	jit_emit_entry(e);
	entry->insn = e->len;
#if defined(__x86_64__)
	jit_emit_put(e, "\x48\x8b\x07", 3);	/* mov (%rdi), %rax */
#elif defined(__aarch64__)
	jit_emit_insn(e, 0xf9400000);		/* ldr x0, [x0] */
#else
	jit_emit_insn(e, 0xe5900000);		/* ldr r0, [r0] */
#endif
	jit_emit_return(e);
	entry->fixup = e->len;
	piece_set(e, 0, FAULTED + nr);
	jit_emit_return(e);
}

static void loads_free(struct loads *l)
{
	if (!l)
		return;
	jit_free(l->text);
	kvfree(l);
}

/* @nr loads in text of a type, without a table */
static struct loads *loads_new(enum jit_type type, unsigned int nr)
{
	struct loads *l = kvzalloc_obj(*l);
	struct jit_emit e;
	unsigned int i;

	if (!l)
		return NULL;
	l->nr = nr;
	l->text = jit_text_alloc(type, nr * LOAD_ROOM + JIT_EXTABLE_SIZE(nr));
	for (i = 0; l->text && i < nr; i++) {
		jit_emit_init(&e, l->code + i * LOAD_ROOM, LOAD_ROOM,
			      l->text + i * LOAD_ROOM);
		write_load(&e, &l->entries[i], i);
		if (e.err)
			break;
		l->entries[i].insn += i * LOAD_ROOM;
		l->entries[i].fixup += i * LOAD_ROOM;
	}
	if (i < nr || jit_update_copy(l->text, l->code, nr * LOAD_ROOM) ||
	    jit_text_name(l->text, "jit_test_load_%u", nr_texts++)) {
		loads_free(l);
		return NULL;
	}
	return l;
}

static struct loads *loads_with_table(enum jit_type type, unsigned int nr)
{
	struct loads *l = loads_new(type, nr);

	if (l && jit_text_extable(l->text, l->entries, nr)) {
		loads_free(l);
		return NULL;
	}
	return l;
}

/* No hash is in front of what this calls. */
static unsigned long __nocfi load(const struct loads *l, unsigned int nr,
				  const void *from)
{
	return ((load_fn)(l->text + nr * LOAD_ROOM))(from);
}

/* Two pages, of which the second is not mapped: the last words of the first */
static unsigned long *new_edge(void)
{
	unsigned long *page = vmalloc(PAGE_SIZE);

	if (page)
		page[PAGE_SIZE / sizeof(*page) - 1] = 0x600d;
	return page;
}

/* --- what is read ------------------------------------------------------------- */

static void test_reads(void)
{
	static const enum jit_type types[] = { JIT_MODULES_TEXT, JIT_KPROBES,
					       JIT_FTRACE, JIT_BPF };
	unsigned long *page = new_edge(), *gone = vmalloc(PAGE_SIZE);
	u8 *edge = (u8 *)page + PAGE_SIZE;
	unsigned int i;

	if (!jit_test_result(page && gone, "memory to read"))
		return;
	vfree(gone);
	/* Nothing is mapped there any more when this returns. */
	vm_unmap_aliases();
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct loads *l = loads_with_table(types[i], 1);

		if (!jit_test_result(l, "type %u: a load with a table", types[i]))
			continue;
		jit_test_result(load(l, 0, edge - sizeof(long)) == 0x600d,
				"type %u: it reads what is there", types[i]);
		jit_test_result(load(l, 0, edge) == FAULTED,
				"type %u: a guard page", types[i]);
		jit_test_result(load(l, 0, gone) == FAULTED,
				"type %u: memory that was freed", types[i]);
		jit_test_result(load(l, 0, edge - sizeof(long)) == 0x600d,
				"type %u: and reads again", types[i]);
		loads_free(l);
	}
#if defined(__x86_64__) || defined(__aarch64__)
	{
		struct loads *l = loads_with_table(JIT_BPF, 1);
		bool ok = l && load(l, 0, edge - 1) == FAULTED;

		jit_test_result(ok, "a word that is half there");
		loads_free(l);
	}
#else
	jit_test_skip("a word that is half there", "not all processors read such");
#endif
#ifdef __x86_64__
	{
		struct loads *l = loads_with_table(JIT_BPF, 1);

		/* A general protection fault, of no page */
		jit_test_result(l && load(l, 0, (void *)0xdead000000000000) == FAULTED,
				"an address that is none");
		loads_free(l);
	}
#else
	jit_test_skip("an address that is none", "there are none");
#endif
	vfree(page);
}

/* --- many of them ------------------------------------------------------------- */

static void shuffle(struct jit_extable_entry *entries, unsigned int nr)
{
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 20230601);
	for (i = nr - 1; i; i--) {
		unsigned int other = prandom_u32_state(&rnd) % (i + 1);

		swap(entries[i], entries[other]);
	}
}

static void test_many(void)
{
	unsigned long *page = new_edge();
	u8 *edge = (u8 *)page + PAGE_SIZE;
	struct loads *l = loads_new(JIT_BPF, NR_LOADS);
	struct jit_extable_entry *given;
	unsigned int i, fixed = 0, read = 0;
	int err;

	if (!jit_test_result(page && l, "%u loads in a text", NR_LOADS))
		goto out;
	shuffle(l->entries, NR_LOADS);
	given = kmemdup(l->entries, sizeof(l->entries), GFP_KERNEL);
	err = jit_text_extable(l->text, l->entries, NR_LOADS);
	if (!jit_test_result(!err, "a table of them, in any order")) {
		jit_test_note("%d", err);
		kfree(given);
		goto out;
	}
	jit_test_result(given && !memcmp(given, l->entries, sizeof(l->entries)),
			"what was given is as it was");
	kfree(given);
	for (i = 0; i < NR_LOADS; i++) {
		fixed += load(l, i, edge) == FAULTED + i;
		read += load(l, i, edge - sizeof(long)) == 0x600d;
	}
	jit_test_result(fixed == NR_LOADS, "each fault has the fixup of its load");
	jit_test_result(read == NR_LOADS, "each load reads what is there");
	jit_test_result(!memcmp(l->text, l->code, CODE_SIZE),
			"the code before the table is as it was");
	jit_test_figure("extable_fixups", fixed);
out:
	loads_free(l);
	vfree(page);
}

/* --- mistakes ----------------------------------------------------------------- */

static void expect(int err, int wanted, const char *what)
{
	jit_test_result(err == wanted, "%s: %d", what, wanted);
	if (err != wanted)
		jit_test_note("%d", err);
}

static void test_mistakes(void)
{
	struct loads *l = loads_new(JIT_BPF, 2);
	struct jit_extable_entry bad[2];
	void *data = jit_data_alloc(JIT_BPF, 64);
	u8 *nameless = jit_text_alloc(JIT_BPF, 256);
	const u32 room = 2 * LOAD_ROOM;
	static const char renamed[] = "jit_test_renamed";

	if (!jit_test_result(l && data && nameless, "text and data"))
		goto out;
	expect(jit_text_extable(NULL, l->entries, 2), -EINVAL, "no text");
	expect(jit_text_extable(l->text, NULL, 2), -EINVAL, "no entries");
	expect(jit_text_extable(l->text, l->entries, 0), -EINVAL, "none of them");
	expect(jit_text_extable(l->text + 4, l->entries, 2), -EFAULT,
	       "the middle of a text");
	expect(jit_text_extable(&bad, l->entries, 2), -EFAULT, "no text of ours");
	expect(jit_text_extable(data, l->entries, 2), -EACCES, "data");
	expect(jit_text_extable(nameless, l->entries, 2), -ENOENT,
	       "text without a name");
	expect(jit_text_extable(l->text, l->entries, 1000), -ERANGE,
	       "more than the text can have");
	expect(jit_text_extable(l->text, l->entries, SIZE_MAX), -ERANGE,
	       "more than anything can have");

	memcpy(bad, l->entries, sizeof(bad));
	bad[1].insn = room + JIT_EXTABLE_SIZE(2);
	expect(jit_text_extable(l->text, bad, 2), -ERANGE,
	       "an instruction behind the text");
	bad[1].insn = room + JIT_EXTABLE_SIZE(2) - 4;
	expect(jit_text_extable(l->text, bad, 2), -ERANGE,
	       "an instruction in the table");
	bad[1] = l->entries[1];
	bad[0].fixup = U32_MAX & ~3U;
	expect(jit_text_extable(l->text, bad, 2), -ERANGE, "a fixup far away");
	bad[0] = l->entries[1];
	expect(jit_text_extable(l->text, bad, 2), -EINVAL,
	       "two entries of one instruction");
#ifdef __x86_64__
	jit_test_skip("an instruction where none can be: -22", "they can be anywhere");
	jit_test_skip("a fixup where none can be: -22", "they can be anywhere");
#else
	memcpy(bad, l->entries, sizeof(bad));
	bad[0].insn += 2;
	expect(jit_text_extable(l->text, bad, 2), -EINVAL,
	       "an instruction where none can be");
	memcpy(bad, l->entries, sizeof(bad));
	bad[1].fixup += 1;
	expect(jit_text_extable(l->text, bad, 2), -EINVAL,
	       "a fixup where none can be");
#endif
	expect(jit_text_extable(l->text, l->entries, 2), 0, "after all of these");
	expect(jit_text_extable(l->text, l->entries, 2), -EEXIST, "twice");
	expect(jit_text_name(l->text, renamed), -EBUSY, "another name");
out:
	jit_free(nameless);
	jit_free(data);
	loads_free(l);
}

/* --- names -------------------------------------------------------------------- */

static void test_names(void)
{
	static char before[KSYM_SYMBOL_LEN], after[KSYM_SYMBOL_LEN];
	static char last[KSYM_SYMBOL_LEN], freed[KSYM_SYMBOL_LEN];
	struct loads *l = loads_new(JIT_BPF, 1);
	void *text;

	if (!jit_test_result(l, "a load with a name"))
		return;
	text = l->text;
	sprint_symbol(before, (unsigned long)text + 8);
	jit_test_result(strstarts(before, "jit_test_load_") &&
			!jit_text_extable(text, l->entries, 1),
			"it has a name when it gets a table");
	sprint_symbol(after, (unsigned long)text + 8);
	jit_test_result(!strcmp(before, after), "and has it afterwards: %s", after);
	sprint_symbol(last, (unsigned long)text + LOAD_ROOM + 3);
	jit_test_result(strstarts(last, "jit_test_load_"),
			"what is in its table has it as well");
	loads_free(l);
	jit_free_barrier();
	sprint_symbol(freed, (unsigned long)text + 8);
	jit_test_result(!strstarts(freed, "jit_test_load_"),
			"it has none when it is freed");
}

/* --- tables that come and go -------------------------------------------------- */

struct churner {
	struct completion	done;
	const u8		*edge;
	unsigned int		wrong;
};

static int churn(void *data)
{
	struct churner *churner = data;
	unsigned int i, wrong = 0;

	for (i = 0; i < 300; i++) {
		unsigned int nr = 1 + i % 7, n;
		struct loads *l = loads_with_table(JIT_BPF, nr);

		for (n = 0; l && n < nr; n++) {
			wrong += load(l, n, churner->edge) != FAULTED + n;
			wrong += load(l, n, churner->edge - sizeof(long)) != 0x600d;
		}
		wrong += !l;
		loads_free(l);
	}
	churner->wrong = wrong;
	complete(&churner->done);
	return 0;
}

static void test_churn(void)
{
	static struct churner churners[3];
	unsigned long *page = new_edge();
	unsigned int i, wrong = 0, nr = 0;

	if (!jit_test_result(page, "memory to read"))
		return;
	for (i = 0; i < ARRAY_SIZE(churners); i++) {
		struct churner *churner = &churners[i];

		init_completion(&churner->done);
		churner->edge = (u8 *)page + PAGE_SIZE;
		if (!IS_ERR(kthread_run(churn, churner, "jit_test_churn%u", i)))
			nr++;
		else
			complete(&churner->done);
	}
	for (i = 0; i < ARRAY_SIZE(churners); i++) {
		wait_for_completion(&churners[i].done);
		wrong += churners[i].wrong;
	}
	jit_test_result(nr == ARRAY_SIZE(churners) && !wrong,
			"tables of three tasks come and go");
	vfree(page);
}

/* --- what must not be possible ------------------------------------------------ */

/*
 * Nobody frees what is allocated here: who asked is dead. The text has the name of the
 * case, which the report says.
 */
static void load_to_death(const char *name, unsigned int nr_loads,
			  unsigned int nr_entries)
{
	struct loads *l = loads_new(JIT_BPF, nr_loads);
	void *page = new_edge();
	u8 *edge = page + PAGE_SIZE;

	/* Nobody frees what the dead had. */
	kmemleak_not_leak(l);
	kmemleak_not_leak(page);
	if (!l || jit_text_name(l->text, "%s", name))
		return;
	if (nr_entries && jit_text_extable(l->text, l->entries, nr_entries))
		return;
	pr_info("jit_test_extable: expect %s: ip=0 addr=%lx error=%s\n", name,
		(unsigned long)edge, JIT_TEST_NO_PAGE_READ);
	load(l, nr_loads - 1, edge);
	pr_info("jit_test_extable: survived %s\n", name);
}

static void load_without_table(void)
{
	load_to_death("load_without_table", 1, 0);
}

/* The second load faults, and the table has only the first. */
static void load_of_another(void)
{
	load_to_death("load_of_another", 2, 1);
}

/* --- a kernel that has no such thing ------------------------------------------ */

static void test_unsupported(void)
{
	struct loads *l = loads_new(JIT_BPF, 1);

	if (!jit_test_result(l, "a load"))
		return;
	expect(jit_text_extable(l->text, l->entries, 1), -EOPNOTSUPP, "a table");
	expect(jit_text_extable(NULL, NULL, 0), -EOPNOTSUPP, "whatever it is");
	loads_free(l);
}

const struct jit_test_case jit_test_cases[] = {
	{ "reads", test_reads },
	{ "many", test_many },
	{ "mistakes", test_mistakes },
	{ "names", test_names },
	{ "churn", test_churn },
	{ "load_without_table", load_without_table },
	{ "load_of_another", load_of_another },
	{ "unsupported", test_unsupported },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Code that faults, and goes on");
MODULE_LICENSE("GPL");
