// SPDX-License-Identifier: GPL-2.0
/*
 * Write many blocks: one after the other, and at once by who can.
 */
#include "bench.h"
#include "meter.h"

enum { S_EACH, S_AT_ONCE, S_NR };

static int write_each(const struct bench_peer *peer, struct bench_obj *objs,
		      u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (peer->write(&objs[i], bench_code))
			return -EIO;
	return 0;
}

static int measure(const struct bench_peer *peer, struct bench_obj *objs,
		   u32 nr, bool at_once, struct bench_series *series)
{
	struct bench_call call;
	u64 end;
	int err;

	bench_call_begin(&call, peer);
	if (at_once)
		err = peer->write_all(objs, nr, bench_code);
	else
		err = write_each(peer, objs, nr);
	end = bench_ticks();
	bench_call_end(&call, end, peer, series);
	return err;
}

int bench_run_writes(const struct bench_args *args)
{
	static const char * const names[] = { "each", "at_once" };
	struct bench_series series[S_NR] = { };
	struct bench_obj *objs = NULL;
	struct rnd_state rnd;
	u32 live = 0, i;
	int err, s;

	prandom_seed_state(&rnd, args->seed);
	err = bench_begin(args);
	if (err)
		return err;
	for (s = 0; s < S_NR && !err; s++)
		err = bench_series_init(&series[s], names[s], args->n);
	if (!err)
		objs = bench_fill(args, &rnd, args->live, &live);
	if (!err && live < args->live)
		err = -ENOMEM;
	for (i = 0; i < args->n && !err; i++) {
		err = measure(args->peer, objs, live, false, &series[S_EACH]);
		if (!err && args->peer->write_all)
			err = measure(args->peer, objs, live, true,
				      &series[S_AT_ONCE]);
		bench_breathe();
	}
	bench_out("live %u\n", live);
	for (s = 0; s < S_NR; s++) {
		if (series[s].nr)
			bench_series_out(&series[s], "", bench_overhead.call);
		bench_series_exit(&series[s]);
	}
	if (objs)
		bench_empty(args, objs, live);
	bench_drain(args);
	bench_end(args);
	return err;
}
