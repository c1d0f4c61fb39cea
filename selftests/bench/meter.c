// SPDX-License-Identifier: GPL-2.0
/*
 * Measuring: see meter.h.
 */
#include <linux/cpu.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>
#include <trace/events/power.h>

#include "bench.h"
#include "kfn.h"
#include "meter.h"

struct bench_overhead bench_overhead;

int bench_series_init(struct bench_series *series, const char *name, u32 room)
{
	*series = (struct bench_series){ .name = name, .room = room };
	series->values = kvmalloc_array(room, sizeof(u32), GFP_KERNEL);
	return series->values ? 0 : -ENOMEM;
}

void bench_series_exit(struct bench_series *series)
{
	kvfree(series->values);
	series->values = NULL;
}

static int compare(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 :
	       *(const u32 *)a > *(const u32 *)b;
}

u64 bench_series_sum(const struct bench_series *series)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < series->nr; i++)
		sum += series->values[i];
	return sum;
}

/* Print a series, less what a bracket costs; it is sorted afterwards. */
void bench_series_out(struct bench_series *series, const char *prefix,
		      u32 overhead)
{
	static const u32 percents[] = { 10, 50, 90, 99 };
	u32 nr = series->nr;
	int i;

	if (!nr)
		return;
	bench_out("%s%s.mean %lld\n", prefix, series->name,
		  (s64)div_u64(bench_series_sum(series), nr) - overhead);
	sort(series->values, nr, sizeof(u32), compare, NULL);
	for (i = 0; i < ARRAY_SIZE(percents); i++)
		bench_out("%s%s.p%u %d\n", prefix, series->name, percents[i],
			  (int)(series->values[(u64)nr * percents[i] / 100] -
				overhead));
	bench_out("%s%s.worst %d\n", prefix, series->name,
		  series->worst ? (int)(series->worst - overhead) : 0);
	bench_out("%s%s.worst_growth %d\n", prefix, series->name,
		  series->worst_growth ? (int)(series->worst_growth - overhead) :
					 0);
	bench_out("%s%s.disturbed %u\n", prefix, series->name,
		  series->disturbed);
	bench_out("%s%s.grew %u\n", prefix, series->name, series->grew);
}

void bench_call_end(const struct bench_call *call, u64 end,
		    const struct bench_peer *peer,
		    struct bench_series *series)
{
	/* A call that sleeps costs what is done meanwhile. */
	u64 idle = bench_idle() - call->idle;
	u64 spent = end - call->begin;
	u32 ticks = min_t(u64, spent - min(idle, spent), U32_MAX);
	bool disturbed = bench_disturbances() != call->disturbances;
	bool grew = bench_held(peer) != call->held;

	if (series->nr < series->room)
		series->values[series->nr++] = ticks;
	series->disturbed += disturbed;
	series->grew += grew;
	if (disturbed)
		return;
	if (grew)
		series->worst_growth = max(series->worst_growth, ticks);
	else
		series->worst = max(series->worst, ticks);
}

/* With what the processors have not yet folded in, which hides 500 KiB. */
static long node_pages(enum node_stat_item item)
{
	long pages = 0;
	int node, cpu;

	for_each_online_node(node) {
		struct pglist_data *pgdat = NODE_DATA(node);

		pages += atomic_long_read(&pgdat->vm_stat[item]);
		for_each_online_cpu(cpu) {
			struct per_cpu_nodestat __percpu *stats =
				pgdat->per_cpu_nodestats;

			pages += per_cpu_ptr(stats, cpu)->vm_node_stat_diff[item];
		}
	}
	return pages;
}

/* Pages that vmalloc has mapped: all peers but kmalloc take theirs from it. */
long bench_pages(void)
{
	return node_pages(NR_VMALLOC);
}

/*
 * Bytes that change when the peer grows, or the memory of its bookkeeping: the
 * kernel clears a slab that is new.
 */
long bench_held(const struct bench_peer *peer)
{
	long slab = node_pages(NR_SLAB_UNRECLAIMABLE_B) * PAGE_SIZE;

	if (peer->committed)
		return peer->committed() + slab;
	return bench_pages() * PAGE_SIZE + slab;
}

/*
 * The kernel's own account of idle time is too coarse. What an interrupt does
 * before it is known that the processor is not idle any more counts as idle.
 */
static DEFINE_PER_CPU(u64, idle_ticks);
static DEFINE_PER_CPU(u64, idle_begin);

static void idle_hook(void *data, unsigned int state, unsigned int cpu)
{
	if (state != PWR_EVENT_EXIT)
		this_cpu_write(idle_begin, bench_ticks());
	else if (this_cpu_read(idle_begin))
		this_cpu_add(idle_ticks, bench_ticks() -
					 this_cpu_read(idle_begin));
}

/* Ticks that this processor has done nothing for. */
u64 bench_idle(void)
{
	return this_cpu_read(idle_ticks);
}

int bench_meter_init(void)
{
	return register_trace_cpu_idle(idle_hook, NULL);
}

void bench_meter_exit(void)
{
	unregister_trace_cpu_idle(idle_hook, NULL);
	tracepoint_synchronize_unregister();
}

/*
 * What may have come between two readings of the counter: interrupts of this
 * processor, and other tasks that took it.
 */
u64 bench_disturbances(void)
{
	unsigned int cpu = raw_smp_processor_id();

	return bench_arch_irqs(cpu) + kstat_cpu_irqs_sum(cpu) + current->nivcsw;
}

void bench_mark(struct bench_mark *mark)
{
	int cpu;

	mark->pages = bench_pages();
	mark->slab = node_pages(NR_SLAB_RECLAIMABLE_B) +
		     node_pages(NR_SLAB_UNRECLAIMABLE_B);
	mark->tables = node_pages(NR_PAGETABLE);
	mark->idle = 0;
	for_each_online_cpu(cpu)
		mark->idle += READ_ONCE(per_cpu(idle_ticks, cpu));
	mark->ticks = bench_ticks();
}

/* Ticks that were spent on something, on a machine with one processor. */
s64 bench_busy(const struct bench_mark *begin, const struct bench_mark *end)
{
	u64 all = end->ticks - begin->ticks;
	u64 idle = end->idle - begin->idle;

	return all - idle - div_u64(idle * bench_overhead.background, 1000000);
}
