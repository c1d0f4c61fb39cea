// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of memory when allocations of many sizes come and go.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../test_modules/jit_test_arch.h"
#include "bench.h"
#include "meter.h"

static u64 live_bytes(const struct bench_obj *objs, u32 nr)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		if (objs[i].buf)
			bytes += objs[i].size;
	return bytes;
}

/* Of the live bytes, those whose first byte is mapped by a large page. */
static u64 large_bytes(const struct bench_obj *objs, u32 nr)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		if (objs[i].buf && jit_test_page(objs[i].buf).level > 1)
			bytes += objs[i].size;
	return bytes;
}

/*
 * What the peer says that it holds, or what was mapped since the run began, if
 * that is more: jitalloc borrows from a cache of the kernel that may have to grow
 * for it.
 */
static s64 held_bytes(const struct bench_args *args,
		      const struct bench_mark *begin)
{
	s64 mapped = (s64)(bench_pages() - begin->pages) * PAGE_SIZE;

	if (args->peer->committed)
		return max(args->peer->committed(), mapped);
	return mapped;
}

/* What the peer holds, whether somebody uses it or not. */
static s64 committed_bytes(const struct bench_args *args,
			   const struct bench_mark *begin,
			   const struct bench_obj *objs, u32 nr)
{
	s64 bytes = held_bytes(args, begin), used = 0;
	u32 i;

	if (strcmp(args->peer->name, "execmem"))
		return bytes;
	/* What was left over in the kernel's cache is not seen to be used. */
	for (i = 0; i < nr; i++)
		if (is_vmalloc_or_module_addr(objs[i].buf))
			used += PAGE_ALIGN(objs[i].size);
	return max(bytes, used);
}

/* Before out_memory(), which takes a while: until then some may be taken back. */
static void out_waiting(const struct bench_pace *pace, const char *prefix)
{
	bench_out("%swaiting %llu\n", prefix, bench_pace_waiting(pace));
}

static void out_memory(const struct bench_args *args, const char *prefix,
		       const struct bench_mark *begin,
		       const struct bench_obj *objs, u32 nr)
{
	struct bench_mark now;

	bench_mark(&now);
	bench_out("%slive_bytes %llu\n", prefix, live_bytes(objs, nr));
	bench_out("%scommitted %lld\n", prefix,
		  committed_bytes(args, begin, objs, nr));
	bench_out("%sslab %ld\n", prefix,
		  (now.slab - begin->slab) * (long)PAGE_SIZE);
	bench_out("%stables %ld\n", prefix,
		  (now.tables - begin->tables) * (long)PAGE_SIZE);
}

static bool too_long(const struct bench_args *args, u64 begin)
{
	return args->budget &&
	       bench_ticks() - begin > args->budget * 1000000ULL;
}

static bool replace(struct bench_pace *pace, struct rnd_state *rnd,
		    struct bench_obj *obj)
{
	if (obj->buf)
		bench_pace_free(pace, obj);
	bench_pick(pace->args, rnd, obj);
	return bench_pace_make(pace, obj);
}

/*
 * One of ten allocations stays; the others are replaced in turn while the
 * stayers take over one half.
 */
static u32 fill_bimodal(struct bench_pace *pace, struct rnd_state *rnd,
			struct bench_obj *objs)
{
	const struct bench_args *args = pace->args;
	u32 half = args->live / 2, stay = half, next = 0;
	u64 begin = bench_ticks();

	while (stay < args->live) {
		u32 i = prandom_u32_state(rnd) % 10 ? next++ % half : stay++;

		if (!replace(pace, rnd, &objs[i]) || too_long(args, begin))
			break;
		bench_breathe();
	}
	return stay;
}

/*
 * What fills up before it grows is full just before that: the last such moment
 * says how well blocks are packed, whatever the size of a step.
 */
static u32 fill(struct bench_pace *pace, struct rnd_state *rnd,
		const struct bench_mark *begin, struct bench_obj *objs)
{
	const struct bench_args *args = pace->args;
	s64 held = 0, full_bytes = 0, full_held = 0, now;
	u64 start = bench_ticks(), bytes = 0;
	u32 i;

	for (i = 0; i < args->live; i++) {
		if (!replace(pace, rnd, &objs[i]) || too_long(args, start))
			break;
		now = held_bytes(args, begin);
		if (now > held) {
			full_bytes = bytes;
			full_held = held;
			held = now;
		}
		bytes += objs[i].size;
		bench_breathe();
	}
	bench_out("full.live_bytes %lld\n", full_bytes);
	bench_out("full.committed %lld\n", full_held);
	return i;
}

static u32 victim(const struct bench_args *args, struct rnd_state *rnd,
		  u32 live, u32 turn)
{
	if (!strcmp(args->model, "fifo"))
		return turn % live;
	if (!strcmp(args->model, "bimodal") && prandom_u32_state(rnd) % 1000)
		return prandom_u32_state(rnd) % (live / 2);
	return prandom_u32_state(rnd) % live;
}

int bench_run_churn(const struct bench_args *args)
{
	bool bimodal = !strcmp(args->model, "bimodal");
	u32 live = args->live, every = max(args->n / 16, 1U), i;
	struct bench_mark begin, filled, end;
	struct bench_pace pace;
	struct bench_obj *objs;
	struct rnd_state rnd;
	u64 start;
	int err;

	if (live < 2)
		return -EINVAL;
	objs = kvcalloc(live, sizeof(*objs), GFP_KERNEL);
	if (!objs)
		return -ENOMEM;
	prandom_seed_state(&rnd, args->seed);
	bench_drain(args);
	bench_mark(&begin);
	err = bench_begin(args);
	if (err) {
		kvfree(objs);
		return err;
	}
	err = bench_pace_begin(&pace, args);
	if (err)
		goto out;
	live = bimodal ? fill_bimodal(&pace, &rnd, objs) :
			 fill(&pace, &rnd, &begin, objs);
	bench_out("live %u\n", live);
	if (live < 2) {
		err = -ENOMEM;
		goto out;
	}
	out_memory(args, "filled.", &begin, objs, live);

	bench_mark(&filled);
	start = filled.ticks;
	for (i = 0; i < args->n; i++) {
		char prefix[24];

		if (i % every == 0) {
			scnprintf(prefix, sizeof(prefix), "s%u.", i);
			out_waiting(&pace, prefix);
			out_memory(args, prefix, &begin, objs, live);
		}
		if (!replace(&pace, &rnd,
			     &objs[victim(args, &rnd, live, i)])) {
			bench_out("stop memory\n");
			break;
		}
		bench_breathe();
		if (too_long(args, start)) {
			bench_out("stop time\n");
			break;
		}
	}
	bench_mark(&end);
	bench_out("n %u\n", i);
	bench_out("cycle_busy %lld\n",
		  i ? div_s64(bench_busy(&filled, &end), i) : 0);
	bench_out("pauses %u\n", pace.pauses);
	out_waiting(&pace, "last.");
	out_memory(args, "last.", &begin, objs, live);
	bench_pace_end(&pace);
	bench_drain(args);
	out_memory(args, "drained.", &begin, objs, live);
	bench_out("large_bytes %llu\n", large_bytes(objs, live));
out:
	bench_pace_end(&pace);
	bench_empty(args, objs, args->live);
	bench_drain(args);
	bench_end(args);
	return err;
}

/* All at once: what an agent does that starts and ends. */
int bench_run_burst(const struct bench_args *args)
{
	struct bench_mark begin, loaded, freed;
	struct bench_obj *objs;
	struct rnd_state rnd;
	u32 nr;
	int err;

	prandom_seed_state(&rnd, args->seed);
	bench_drain(args);
	bench_events_zero();
	bench_mark(&begin);
	err = bench_begin(args);
	if (err)
		return err;
	objs = bench_fill(args, &rnd, args->live, &nr);
	bench_mark(&loaded);
	if (objs) {
		bench_out("live_bytes %llu\n", live_bytes(objs, nr));
		bench_out("committed %lld\n",
			  committed_bytes(args, &begin, objs, nr));
		bench_empty(args, objs, nr);
	}
	bench_drain(args);
	bench_mark(&freed);
	bench_out("n %u\n", nr);
	if (nr) {
		bench_out("load %lld\n",
			  div_s64(bench_busy(&begin, &loaded), nr));
		bench_out("unload %lld\n",
			  div_s64(bench_busy(&loaded, &freed), nr));
	}
	bench_events_out();
	bench_end(args);
	return nr ? 0 : -ENOMEM;
}

#define SMALL	64
#define LARGE	65536

/*
 * Small and large in turn, then all small ones go: how much of what is free can
 * a large one have? Then the large ones go and come back.
 */
int bench_run_hostile(const struct bench_args *args)
{
	u32 nr = args->n, i, fit = 0, made = 0;
	struct bench_mark begin, before;
	struct bench_obj *small, *large;
	long grown;
	int err;

	bench_drain(args);
	err = bench_begin(args);
	if (err)
		return err;
	small = kvcalloc(nr, sizeof(*small), GFP_KERNEL);
	large = kvcalloc(nr * 2, sizeof(*large), GFP_KERNEL);
	err = -ENOMEM;
	if (!small || !large)
		goto out;

	bench_mark(&begin);
	for (i = 0; i < nr; i++) {
		small[i] = (struct bench_obj){ .size = SMALL, .type = args->type };
		large[i] = (struct bench_obj){ .size = LARGE, .type = args->type };
		if (!bench_make(args, &small[i]) || !bench_make(args, &large[i]))
			goto out;
		made++;
		bench_breathe();
	}
	for (i = 0; i < nr; i++) {
		args->peer->free(&small[i]);
		small[i].buf = NULL;
	}
	bench_drain(args);
	out_memory(args, "small_gone.", &begin, large, nr);

	bench_mark(&before);
	before.held = bench_held(args->peer);
	for (i = nr; i < 2 * nr; i++) {
		large[i] = (struct bench_obj){ .size = LARGE, .type = args->type };
		if (!bench_make(args, &large[i]) ||
		    bench_held(args->peer) != before.held)
			break;
		fit++;
	}
	bench_out("fit_bytes %u\n", fit * LARGE);

	for (i = 0; i < 2 * nr; i++) {
		if (large[i].buf)
			args->peer->free(&large[i]);
		large[i].buf = NULL;
	}
	bench_drain(args);
	out_memory(args, "large_gone.", &begin, large, nr);
	before.held = bench_held(args->peer);
	for (i = 0; i < nr; i++) {
		if (!bench_make(args, &large[i]))
			goto out;
	}
	grown = bench_held(args->peer) - before.held;
	bench_out("again_grown %ld\n", grown);
	err = 0;
out:
	bench_out("n %u\n", made);
	if (small)
		bench_empty(args, small, nr);
	if (large)
		bench_empty(args, large, nr * 2);
	bench_drain(args);
	bench_end(args);
	return err;
}
