/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a run costs: ticks of single calls, ticks that the whole machine was
 * busy for, pages, and disturbances.
 *
 * A tick is one of bench_ticks(). Under -icount shift=0 that is one
 * instruction of the guest.
 */
#ifndef _JIT_BENCH_METER_H
#define _JIT_BENCH_METER_H

#include <linux/types.h>

#include "arch.h"

int bench_meter_init(void);
void bench_meter_exit(void);

/**
 * struct bench_series - ticks of many calls of the same kind
 * @name: what is called
 * @values: one for each call
 * @nr: how many there are
 * @room: how many fit
 * @disturbed: how many calls saw an interrupt, or lost the processor
 * @grew: how many changed the number of pages that are mapped
 * @worst: largest of those that did neither
 * @worst_growth: largest of those that only grew
 */
struct bench_series {
	const char *name;
	u32 *values;
	u32 nr;
	u32 room;
	u32 disturbed;
	u32 grew;
	u32 worst;
	u32 worst_growth;
};

int bench_series_init(struct bench_series *series, const char *name, u32 room);
void bench_series_exit(struct bench_series *series);
void bench_series_out(struct bench_series *series, const char *prefix,
		      u32 overhead);
u64 bench_series_sum(const struct bench_series *series);

/**
 * struct bench_mark - the state of the machine at one moment
 * @ticks: the counter
 * @idle: ticks that the processors did nothing for
 * @pages: pages of vmalloc
 * @slab: pages of slabs
 * @tables: pages of page tables of address spaces
 * @held: bench_held(), where it is asked for
 */
struct bench_mark {
	u64 ticks;
	u64 idle;
	long pages;
	long slab;
	long tables;
	long held;
};

void bench_mark(struct bench_mark *mark);
s64 bench_busy(const struct bench_mark *begin, const struct bench_mark *end);
long bench_pages(void);
long bench_held(const struct bench_peer *peer);
u64 bench_disturbances(void);
u64 bench_idle(void);

/**
 * struct bench_call - one call that is measured
 * @begin: ticks before
 * @disturbances: bench_disturbances() before
 * @held: bench_held() before
 * @idle: bench_idle() before
 */
struct bench_call {
	u64 disturbances;
	u64 idle;
	long held;
	u64 begin;
};

/* Nothing but the call may come between these two. */
static __always_inline void bench_call_begin(struct bench_call *call,
					     const struct bench_peer *peer)
{
	call->held = bench_held(peer);
	call->disturbances = bench_disturbances();
	call->idle = bench_idle();
	call->begin = bench_ticks();
}

void bench_call_end(const struct bench_call *call, u64 end,
		    const struct bench_peer *peer,
		    struct bench_series *series);

/**
 * struct bench_overhead - what measuring itself costs, in ticks
 * @bracket: two readings of the counter with nothing between them
 * @call: a bracket around a call through a pointer to a function that returns
 * @loop: a turn of the loop around the brackets
 * @background: busy ticks for each million of idle ones, with nothing to do
 */
struct bench_overhead {
	u32 bracket;
	u32 call;
	u32 loop;
	u32 background;
};

extern struct bench_overhead bench_overhead;

/* calibrate.c */
int bench_calibrate(u32 ms);

/* Events that are counted while probes are set; see events.c. */
int bench_events_start(void);
void bench_events_stop(void);
void bench_events_zero(void);
void bench_events_out(void);

#endif /* _JIT_BENCH_METER_H */
