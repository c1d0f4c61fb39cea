// SPDX-License-Identifier: GPL-2.0
/*
 * What the page tables say of every page of every allocation: before a write,
 * after it, and of the linear alias of the same page.
 */
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/kthread.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_LIVE		1000

struct live {
	void *buf;
	size_t size;
	bool text;
};

static struct live live[NR_LIVE];

static void free_live(void)
{
	int i;

	for (i = 0; i < NR_LIVE; i++) {
		jit_free(live[i].buf);
		live[i].buf = NULL;
	}
	jit_free_barrier();
}

/* Leaves them, for the script to look at the whole of the page tables. */
static void test_fill(void)
{
	bool got = true;
	int i;

	for (i = 0; i < NR_LIVE; i++) {
		enum jit_type type = i % JIT_TYPE_MAX;

		live[i].size = 1 + (i * 37) % (4 * PAGE_SIZE);
		live[i].text = type != JIT_MODULES_DATA && i % 3;
		live[i].buf = live[i].text ? jit_text_alloc(type, live[i].size) :
					     jit_data_alloc(type, live[i].size);
		got &= !!live[i].buf;
	}
	jit_test_result(got, "%d allocations", NR_LIVE);
}

static void look(const char *when)
{
	int i, pages = 0, leaves[5] = { };
	bool present = true, readonly = true, exec = true, alias = true;
	bool data = true, data_alias = true;

	for (i = 0; i < NR_LIVE; i++) {
		void *addr = PTR_ALIGN_DOWN(live[i].buf, PAGE_SIZE);

		if (!live[i].buf)
			continue;
		for (; addr < live[i].buf + live[i].size; addr += PAGE_SIZE) {
			struct jit_test_page page = jit_test_page(addr);
			struct jit_test_page linear = jit_test_alias(addr);

			pages++;
			present &= page.mapped;
			if (page.level < ARRAY_SIZE(leaves))
				leaves[page.level]++;
			if (live[i].text) {
				readonly &= !page.writable;
				exec &= page.executable;
				alias &= !linear.writable && !linear.executable;
			} else {
				data &= page.writable && !page.executable;
				data_alias &= !linear.executable;
			}
		}
	}
	jit_test_note("%d pages, %d small and %d large leaves", pages,
		      leaves[1], leaves[2]);
	jit_test_result(pages >= NR_LIVE && present,
			"%s: every page is present", when);
	jit_test_result(readonly, "%s: no text is writable", when);
	jit_test_result(exec, "%s: all text is executable", when);
	jit_test_result(alias, "%s: no linear alias of text is writable", when);
	jit_test_result(data, "%s: data is writable, not executable", when);
	jit_test_result(data_alias, "%s: no linear alias of data is executable",
			when);
}

static void test_fresh(void)
{
	look("fresh");
}

static void test_written(void)
{
	bool wrote = true;
	int i;

	for (i = 0; i < NR_LIVE; i++) {
		if (live[i].text)
			wrote &= !jit_update_set(live[i].buf, i, live[i].size);
		else
			memset(live[i].buf, i, live[i].size);
	}
	jit_test_result(wrote, "every text is written");
	look("written");
}

/* Every page of text, while another thread never stops writing to it. */
static int writer(void *data)
{
	u8 code[64];
	int round;

	for (round = 0; !kthread_should_stop(); round++) {
		memset(code, round, sizeof(code));
		jit_update_copy(data + PAGE_SIZE - 32, code, sizeof(code));
		cond_resched();
	}
	return 0;
}

static void test_writing(void)
{
	u8 *text = jit_text_alloc(JIT_FTRACE, 2 * PAGE_SIZE);
	unsigned long looks = 0, changes = 0, bad = 0;
	unsigned long end = jiffies + 2 * HZ;
	struct task_struct *task;
	u8 last = 0;

	if (!jit_test_result(text, "text to write to"))
		return;
	task = kthread_run(writer, text, "jit_test_writer");
	if (!jit_test_result(!IS_ERR(task), "a thread that writes"))
		goto out;

	while (time_before(jiffies, end)) {
		u8 now = READ_ONCE(text[PAGE_SIZE]);

		changes += now != last;
		last = now;
		looks++;
		if (!jit_test_is_text(text) ||
		    !jit_test_is_text(text + PAGE_SIZE))
			bad++;
		if (!(looks % 64))
			cond_resched();
	}
	kthread_stop(task);
	jit_test_figure("looks_while_writing", looks);
	jit_test_figure("writes_seen", changes);
	jit_test_result(changes > 10, "the text changes meanwhile");
	jit_test_result(!bad, "no look finds it writable");
out:
	jit_free(text);
	jit_free_barrier();
}

/*
 * With nothing kept in reserve. Text that was the kernel's own is its own again
 * and stays mapped as text.
 */
static void test_release(void)
{
	struct { struct page *page; void *addr; bool text; } *were;
	unsigned int i, texts = 0, kernels = 0;
	bool back = true;

	were = kvcalloc(NR_LIVE, sizeof(*were), GFP_KERNEL);
	if (!jit_test_result(were, "memory for the test"))
		return;
	for (i = 0; i < NR_LIVE; i++) {
		if (!live[i].buf)
			continue;
		were[i].page = vmalloc_to_page(live[i].buf);
		were[i].addr = live[i].buf;
		were[i].text = live[i].text;
	}
	free_live();
	for (i = 0; i < NR_LIVE; i++) {
		struct jit_test_page page;

		if (!were[i].page)
			continue;
		page = jit_test_page(page_address(were[i].page));
		if (were[i].text && jit_test_page(were[i].addr).mapped &&
		    vmalloc_to_page(were[i].addr) == were[i].page) {
			kernels++;
			back &= jit_test_is_text(were[i].addr);
			continue;
		}
		texts += were[i].text;
		/* High memory is in no linear map. */
		back &= PageHighMem(were[i].page) ||
			(page.mapped && page.writable && !page.executable);
	}
	kvfree(were);
	jit_test_figure("texts_given_back", texts);
	jit_test_figure("texts_of_the_kernels_cache", kernels);
	jit_test_result(texts, "freed: mappings of text are given back");
	jit_test_result(back, "freed: the linear map is as it was");
}

const struct jit_test_case jit_test_cases[] = {
	{ "fill", test_fill },
	{ "fresh", test_fresh },
	{ "written", test_written },
	{ "writing", test_writing },
	{ "release", test_release },
	{ }
};

static int __init jit_test_wx_init(void)
{
	return jit_test_register();
}
module_init(jit_test_wx_init);

static void __exit jit_test_wx_exit(void)
{
	free_live();
	jit_test_unregister();
}
module_exit(jit_test_wx_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Reads the page tables of jitalloc's memory");
MODULE_LICENSE("GPL");
