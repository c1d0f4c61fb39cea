// SPDX-License-Identifier: GPL-2.0
/*
 * What measuring itself costs.
 */
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/slab.h>

#include "bench.h"
#include "meter.h"

static noinline u32 calibrate_bracket(void)
{
	u32 best = U32_MAX;
	int i;

	for (i = 0; i < 1000; i++) {
		u64 begin = bench_ticks();
		u64 end = bench_ticks();

		best = min_t(u64, best, end - begin);
	}
	return best;
}

static u32 calibrate_call(const struct bench_peer *peer)
{
	struct bench_obj obj = { .size = 256 };
	u32 best = U32_MAX;
	int i;

	for (i = 0; i < 1000; i++) {
		u64 begin = bench_ticks();
		u64 end;

		peer->alloc(&obj);
		end = bench_ticks();
		best = min_t(u64, best, end - begin);
	}
	return best;
}

/*
 * To be done once in a boot: time for the machine to become quiet, an idle
 * window, then runs of the peer that does nothing.
 */
int bench_calibrate(u32 ms)
{
	struct bench_args *args;
	struct bench_mark begin, end;

	args = kvzalloc_obj(*args);
	if (!args)
		return -ENOMEM;
	args->size = 256;
	args->type = JIT_BPF;
	args->peer = bench_find_peer("null");
	args->n = 4096;

	bench_overhead = (struct bench_overhead){ };
	/* What a boot leaves to be done is done by then. */
	msleep(ms);
	bench_mark(&begin);
	msleep(2000);
	bench_mark(&end);
	bench_overhead.background = div64_s64(bench_busy(&begin, &end) * 1000000,
					      end.idle - begin.idle);
	bench_overhead.bracket = calibrate_bracket();
	bench_overhead.call = calibrate_call(args->peer);
	bench_run_cycle(args);
	kvfree(args);

	bench_out("bracket %u\n", bench_overhead.bracket);
	bench_out("call %u\n", bench_overhead.call);
	bench_out("loop %u\n", bench_overhead.loop);
	bench_out("background %u\n", bench_overhead.background);
	bench_out("tsc_khz %u\n", bench_khz());
	return 0;
}
