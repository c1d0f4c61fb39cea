// SPDX-License-Identifier: GPL-2.0
/*
 * Allocate, write, free, again and again, beginning with nothing: what a caller
 * has to bear, with all growth, and the time that calls wait.
 */
#include <linux/math64.h>
#include <linux/minmax.h>

#include "bench.h"
#include "meter.h"

int bench_run_fresh(const struct bench_args *args)
{
	struct bench_mark begin, end, drained;
	struct bench_obj obj = { };
	struct rnd_state rnd;
	s64 held = 0;
	int err;
	u32 i;

	prandom_seed_state(&rnd, args->seed);
	bench_drain(args);
	err = bench_begin(args);
	if (err)
		return err;
	bench_mark(&begin);
	for (i = 0; i < args->n; i++) {
		bench_pick(args, &rnd, &obj);
		if (!bench_make(args, &obj)) {
			err = -ENOMEM;
			break;
		}
		args->peer->free(&obj);
		bench_breathe();
		if (args->peer->committed && i % 256 == 0)
			held = max(held, args->peer->committed());
	}
	bench_mark(&end);
	bench_drain(args);
	bench_mark(&drained);
	bench_out("n %u\n", i);
	if (i) {
		bench_out("elapsed %llu\n",
			  div_u64(end.ticks - begin.ticks, i));
		bench_out("busy %lld\n", div_s64(bench_busy(&begin, &end), i));
		bench_out("all_busy %lld\n",
			  div_s64(bench_busy(&begin, &drained), i));
	}
	bench_out("held %lld\n", held);
	bench_end(args);
	return err;
}
