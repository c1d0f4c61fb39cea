// SPDX-License-Identifier: GPL-2.0
/*
 * How often the kernel does what costs the whole machine something.
 *
 * Probes count. They take executable memory themselves, so they are set before
 * the first run and stay until the last.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/printk.h>

#include "bench.h"
#include "meter.h"

struct event {
	struct kprobe kp;
	atomic_long_t hits;
	bool set;
};

/* These exist on the kernels that were looked at; one that is missing is said. */
static struct event events[] = {
	/* requests to other processors */
	{ .kp.symbol_name = "on_each_cpu_cond_mask" },
	{ .kp.symbol_name = "smp_call_function_many_cond" },
	{ .kp.symbol_name = "smp_call_function_single" },
	{ .kp.symbol_name = "smp_text_poke_sync_each_cpu" },
	{ .kp.symbol_name = "flush_tlb_all" },
	{ .kp.symbol_name = "flush_tlb_kernel_range" },
	/* permissions */
	{ .kp.symbol_name = "change_page_attr_set_clr" },
	{ .kp.symbol_name = "__change_page_attr_set_clr" },
	{ .kp.symbol_name = "set_direct_map_invalid_noflush" },
	{ .kp.symbol_name = "set_direct_map_default_noflush" },
	{ .kp.symbol_name = "set_direct_map_valid_noflush" },
	{ .kp.symbol_name = "collapse_large_pages" },
	{ .kp.symbol_name = "vm_unmap_aliases" },
	/* writing */
	{ .kp.symbol_name = "__text_poke" },
	{ .kp.symbol_name = "use_temporary_mm" },
	{ .kp.symbol_name = "flush_tlb_mm_range" },
	/* memory */
	{ .kp.symbol_name = "__vmalloc_node_range_noprof" },
	{ .kp.symbol_name = "vfree" },
};

static bool running;

static int event_hit(struct kprobe *kp, struct pt_regs *regs)
{
	atomic_long_inc(&container_of(kp, struct event, kp)->hits);
	return 0;
}

int bench_events_start(void)
{
	int i;

	if (running)
		return -EBUSY;
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		struct event *event = &events[i];
		const char *name = event->kp.symbol_name;
		int err;

		event->kp = (struct kprobe){
			.symbol_name = name,
			.pre_handler = event_hit,
		};
		err = register_kprobe(&event->kp);
		event->set = !err;
		if (err)
			pr_info("%s is not counted: %d\n", name, err);
	}
	running = true;
	bench_events_zero();
	return 0;
}

void bench_events_stop(void)
{
	int i;

	if (!running)
		return;
	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].set)
			unregister_kprobe(&events[i].kp);
	running = false;
}

void bench_events_zero(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		atomic_long_set(&events[i].hits, 0);
		events[i].kp.nmissed = 0;
	}
}

void bench_events_out(void)
{
	unsigned long missed = 0;
	int i;

	if (!running)
		return;
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		struct event *event = &events[i];

		if (!event->set)
			continue;
		bench_out("event.%s %ld\n", event->kp.symbol_name,
			  atomic_long_read(&event->hits));
		missed += event->kp.nmissed;
	}
	bench_out("event.missed %lu\n", missed);
}
