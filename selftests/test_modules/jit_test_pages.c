// SPDX-License-Identifier: GPL-2.0
/*
 * Remembers pages, and says later what the linear map says of them. Does not
 * depend on the allocator, so it can still tell when that has been unloaded.
 */
#include <linux/mm.h>

#include "jit_test.h"
#include "jit_test_arch.h"
#include "jit_test_pages.h"

#define NR_PAGES	4096

static struct {
	struct page *page;
	const void *addr;
} pages[NR_PAGES];
static unsigned int nr_pages;

/**
 * jit_test_pages_record() - remember the pages behind a mapping
 * @buf: vmalloc address
 * @len: bytes
 */
void jit_test_pages_record(const void *buf, size_t len)
{
	const void *addr = PTR_ALIGN_DOWN(buf, PAGE_SIZE);

	for (; addr < buf + len && nr_pages < NR_PAGES; addr += PAGE_SIZE) {
		pages[nr_pages].page = vmalloc_to_page(addr);
		pages[nr_pages].addr = addr;
		nr_pages++;
	}
}
EXPORT_SYMBOL_GPL(jit_test_pages_record);

/*
 * Small texts are in pages of the kernel's own cache, which stays: what it has
 * got back is its text as before.
 */
static bool is_kernels_text(unsigned int i)
{
	struct jit_test_page page = jit_test_page(pages[i].addr);

	return page.mapped && page.executable && !page.writable &&
	       vmalloc_to_page(pages[i].addr) == pages[i].page;
}

static void check(void)
{
	unsigned int i, missing = 0, readonly = 0, exec = 0, kernels = 0;
	unsigned int highmem = 0;

	for (i = 0; i < nr_pages; i++) {
		struct jit_test_page page =
			jit_test_page(page_address(pages[i].page));

		/* It is in no linear map. */
		if (PageHighMem(pages[i].page)) {
			highmem++;
			continue;
		}
		exec += page.executable;
		if (is_kernels_text(i)) {
			kernels++;
			readonly += page.writable;
			continue;
		}
		missing += !page.mapped;
		readonly += page.mapped && !page.writable;
	}
	jit_test_figure("pages_recorded", nr_pages);
	jit_test_figure("pages_of_the_kernels_text", kernels);
	jit_test_figure("pages_of_high_memory", highmem);
	jit_test_result(nr_pages > kernels, "pages were recorded");
	jit_test_result(!missing, "none is missing from the linear map");
	jit_test_result(!readonly, "none is read-only in it, but for the kernel's text");
	jit_test_result(!exec, "none is executable in it");
	if (missing || readonly || exec)
		jit_test_note("%u missing, %u read-only, %u executable", missing,
			      readonly, exec);
	nr_pages = 0;
}

/* That the check can fail: the pages are text now. */
static void check_text(void)
{
	unsigned int i, writable = 0;

	for (i = 0; i < nr_pages; i++)
		writable += jit_test_page(page_address(pages[i].page)).writable;
	jit_test_result(nr_pages && writable < nr_pages,
			"text is read-only in the linear map");
}

const struct jit_test_case jit_test_cases[] = {
	{ "check", check },
	{ "check_text", check_text },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Says whether pages are ordinary memory again");
MODULE_LICENSE("GPL");
