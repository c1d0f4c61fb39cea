// SPDX-License-Identifier: GPL-2.0
/*
 * Allocate, write, free: back to back, or one of many in place of another.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "bench.h"
#include "meter.h"

enum { S_ALLOC, S_WRITE, S_FREE, S_CYCLE, S_NR };

static const char * const series_names[S_NR] = {
	[S_ALLOC] = "alloc", [S_WRITE] = "write", [S_FREE] = "free",
	[S_CYCLE] = "cycle",
};

/* Turns that are measured at least, however long they take. */
#define LEAST_TURNS	64

struct cycles {
	const struct bench_args *args;
	struct rnd_state rnd;
	struct bench_series series[S_NR];
	u64 failed;
};

/* Draw a size and a type. */
void bench_pick(const struct bench_args *args, struct rnd_state *rnd,
		struct bench_obj *obj)
{
	obj->size = args->size;
	if (!obj->size)
		obj->size = args->sizes[prandom_u32_state(rnd) % args->nr_sizes];
	obj->size = min(obj->size, args->peer->max);
	obj->type = args->type;
	if (obj->type == BENCH_MIXED)
		obj->type = prandom_u32_state(rnd) % JIT_TYPE_MAX;
}

/* Allocate and write, unmeasured. */
bool bench_make(const struct bench_args *args, struct bench_obj *obj)
{
	args->peer->alloc(obj);
	return obj->buf && !args->peer->write(obj, bench_code);
}

/*
 * Allocations to live with, in a new array. There are fewer if there is no more
 * memory, or if it takes too long.
 */
struct bench_obj *bench_fill(const struct bench_args *args,
			     struct rnd_state *rnd, u32 nr, u32 *filled)
{
	struct bench_obj *objs = kvcalloc(max(nr, 1U), sizeof(*objs),
					  GFP_KERNEL);
	u64 begin = bench_ticks();
	u32 i;

	*filled = 0;
	if (!objs)
		return NULL;
	for (i = 0; i < nr; i++) {
		bench_pick(args, rnd, &objs[i]);
		if (!bench_make(args, &objs[i]))
			break;
		bench_breathe();
		if (args->budget &&
		    bench_ticks() - begin > args->budget * 1000000ULL) {
			i++;
			break;
		}
	}
	*filled = i;
	return objs;
}

void bench_empty(const struct bench_args *args, struct bench_obj *objs, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (objs[i].buf)
			args->peer->free(&objs[i]);
		bench_breathe();
	}
	kvfree(objs);
}

static int cycles_init(struct cycles *c, const struct bench_args *args)
{
	int i;

	*c = (struct cycles){ .args = args };
	prandom_seed_state(&c->rnd, args->seed);
	for (i = 0; i < S_NR; i++)
		if (bench_series_init(&c->series[i], series_names[i], args->n))
			return -ENOMEM;
	return 0;
}

static void cycles_exit(struct cycles *c)
{
	int i;

	for (i = 0; i < S_NR; i++)
		bench_series_exit(&c->series[i]);
}

static void measure_alloc(struct cycles *c, struct bench_obj *obj)
{
	struct bench_call call;
	u64 end;

	bench_pick(c->args, &c->rnd, obj);
	bench_call_begin(&call, c->args->peer);
	c->args->peer->alloc(obj);
	end = bench_ticks();
	bench_call_end(&call, end, c->args->peer,
		       &c->series[S_ALLOC]);
	if (!obj->buf)
		c->failed++;
}

static void measure_write(struct cycles *c, struct bench_obj *obj)
{
	struct bench_call call;
	u64 end;
	int err;

	if (!obj->buf)
		return;
	bench_call_begin(&call, c->args->peer);
	err = c->args->peer->write(obj, bench_code);
	end = bench_ticks();
	bench_call_end(&call, end, c->args->peer,
		       &c->series[S_WRITE]);
	if (err)
		c->failed++;
}

static void measure_free(struct cycles *c, struct bench_obj *obj)
{
	struct bench_call call;
	u64 end;

	if (!obj->buf)
		return;
	bench_call_begin(&call, c->args->peer);
	c->args->peer->free(obj);
	end = bench_ticks();
	bench_call_end(&call, end, c->args->peer,
		       &c->series[S_FREE]);
	obj->buf = NULL;
}

/* One turn: of @objs, another is replaced; without any, one comes and goes. */
static void one_cycle(struct cycles *c, struct bench_obj *objs, u32 live)
{
	struct bench_series *series = c->series;
	struct bench_obj one = { };

	if (live) {
		struct bench_obj *obj = &objs[prandom_u32_state(&c->rnd) % live];

		measure_free(c, obj);
		measure_alloc(c, obj);
		measure_write(c, obj);
	} else {
		measure_alloc(c, &one);
		measure_write(c, &one);
		measure_free(c, &one);
	}

	if (series[S_CYCLE].nr < series[S_CYCLE].room &&
	    series[S_FREE].nr == series[S_WRITE].nr && series[S_FREE].nr) {
		u32 i = series[S_FREE].nr - 1;

		series[S_CYCLE].values[series[S_CYCLE].nr++] =
			series[S_ALLOC].values[i] + series[S_WRITE].values[i] +
			series[S_FREE].values[i];
	}
}

/*
 * What it costs more than with the null peer to ask before and after the three
 * calls of a turn whether this one has grown.
 */
static s64 held_cost(const struct bench_peer *peer)
{
	const struct bench_peer *sides[] = { peer, bench_find_peer("null") };
	u64 best[2] = { U64_MAX, U64_MAX };
	int i;

	for (i = 0; i < 1000; i++) {
		u64 begin = bench_ticks();

		bench_held(sides[i % 2]);
		best[i % 2] = min(best[i % 2], bench_ticks() - begin);
	}
	return 6 * (s64)(best[0] - best[1]);
}

/* As many turns as are asked for, or as there is time for. */
static u32 turns(struct cycles *c, struct bench_obj *objs, u32 live)
{
	const struct bench_args *args = c->args;
	u64 begin = bench_ticks();
	u32 n;

	for (n = 0; n < args->n; n++) {
		if (args->budget && n >= LEAST_TURNS &&
		    bench_ticks() - begin > args->budget * 1000000ULL)
			break;
		one_cycle(c, objs, live);
		bench_breathe();
	}
	return n;
}

static void measure(struct cycles *c, struct bench_obj *objs, u32 live,
		    const char *prefix)
{
	const struct bench_args *args = c->args;
	u32 call = bench_overhead.call;
	struct bench_mark begin, end;
	s64 busy, inside;
	u32 n;
	int s;

	/* What counts is the steady state, so all of it is done before once. */
	turns(c, objs, live);
	bench_settle(args);
	for (s = 0; s < S_NR; s++) {
		c->series[s].nr = 0;
		c->series[s].worst = 0;
		c->series[s].worst_growth = 0;
		c->series[s].grew = 0;
		c->series[s].disturbed = 0;
	}
	c->failed = 0;

	bench_events_zero();
	bench_mark(&begin);
	n = turns(c, objs, live);
	bench_settle(args);
	bench_mark(&end);
	bench_drain(args);

	busy = bench_busy(&begin, &end);
	inside = bench_series_sum(&c->series[S_ALLOC]) +
		 bench_series_sum(&c->series[S_WRITE]) +
		 bench_series_sum(&c->series[S_FREE]);
	if (!bench_overhead.loop && !strcmp(args->peer->name, "null"))
		bench_overhead.loop = div_s64(busy - inside, n);

	bench_out("%sn %u\n", prefix, n);
	bench_out("%slive %u\n", prefix, live);
	bench_out("%sfailed %llu\n", prefix, c->failed);
	for (s = 0; s < S_NR; s++)
		bench_series_out(&c->series[s], prefix,
				 s == S_CYCLE ? 3 * call : call);
	/* What others did for us: workers, grace periods, interrupts */
	bench_out("%sshare %lld\n", prefix,
		  div_s64(busy - inside, n) - bench_overhead.loop -
		  held_cost(args->peer));
	bench_out("%selapsed %llu\n", prefix, end.ticks - begin.ticks);
	bench_out("%spages %ld\n", prefix, end.pages - begin.pages);
}

int bench_run_cycle(const struct bench_args *args)
{
	struct bench_obj *objs = NULL;
	struct cycles c;
	u32 live = 0;
	int err;

	err = cycles_init(&c, args);
	if (!err)
		err = bench_begin(args);
	if (err)
		goto out;
	if (args->live)
		objs = bench_fill(args, &c.rnd, args->live, &live);
	if (args->live && !live)
		err = -ENOMEM;
	else
		measure(&c, objs, live, "");
	bench_events_out();
	if (objs)
		bench_empty(args, objs, live);
	bench_drain(args);
	bench_end(args);
out:
	cycles_exit(&c);
	return err;
}

/* The same at growing numbers of live allocations, up to @args->live. */
int bench_run_live(const struct bench_args *args)
{
	u64 budget = args->budget * 1000000ULL * 8;
	struct bench_obj *objs = NULL;
	u32 live = 0, room = args->live;
	char prefix[24];
	struct cycles c;
	int levels[16], err, i;

	get_options(args->levels, ARRAY_SIZE(levels), levels);
	err = cycles_init(&c, args);
	if (!err)
		err = bench_begin(args);
	if (err)
		goto out;
	objs = kvcalloc(room, sizeof(*objs), GFP_KERNEL);
	if (!objs) {
		err = -ENOMEM;
		goto end;
	}

	for (i = 1; i <= levels[0]; i++) {
		u32 level = min_t(u32, levels[i], room);
		u64 begin = bench_ticks();

		while (live < level) {
			bench_pick(args, &c.rnd, &objs[live]);
			if (!bench_make(args, &objs[live])) {
				bench_out("stop memory\n");
				break;
			}
			live++;
			bench_breathe();
			if (budget && bench_ticks() - begin > budget) {
				bench_out("stop time\n");
				break;
			}
		}
		if (live < level)
			break;
		scnprintf(prefix, sizeof(prefix), "L%u.", level);
		measure(&c, objs, live, prefix);
	}
	bench_out("reached %u\n", live);
	bench_empty(args, objs, live);
	bench_drain(args);
end:
	bench_end(args);
out:
	cycles_exit(&c);
	return err;
}
