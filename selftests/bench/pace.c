// SPDX-License-Identifier: GPL-2.0
/*
 * Frees at a pace, the same for all peers.
 *
 * Nobody frees code at once that somebody may be running. jitalloc waits by
 * itself; the others expect that their caller has waited before, as the BPF core
 * does by RCU. So what is freed is held back for them, and both pause as soon as
 * the same share of what lives waits: jitalloc until it has taken back all of it,
 * the others for as long as it takes to free all of it.
 */
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/slab.h>

#include "bench.h"

int bench_pace_begin(struct bench_pace *pace, const struct bench_args *args)
{
	*pace = (struct bench_pace){ .args = args };
	if (!args->pace || args->peer->waiting)
		return 0;
	pace->back = kvcalloc(args->live, sizeof(*pace->back), GFP_KERNEL);
	return pace->back ? 0 : -ENOMEM;
}

/* Wait until nothing waits. */
static void pause_all(struct bench_pace *pace)
{
	const struct bench_peer *peer = pace->args->peer;
	u32 i;

	for (i = 0; i < pace->nr; i++) {
		if (pace->back)
			peer->free(&pace->back[i]);
		bench_breathe();
	}
	while (peer->waiting && peer->waiting())
		msleep(20);
	pace->nr = 0;
	pace->waiting = 0;
	pace->pauses++;
}

/* Bytes that are freed, and cannot be allocated yet */
u64 bench_pace_waiting(const struct bench_pace *pace)
{
	const struct bench_peer *peer = pace->args->peer;

	return peer->waiting ? peer->waiting() : pace->waiting;
}

bool bench_pace_make(struct bench_pace *pace, struct bench_obj *obj)
{
	if (!bench_make(pace->args, obj))
		return false;
	pace->live += obj->size;
	return true;
}

void bench_pace_free(struct bench_pace *pace, struct bench_obj *obj)
{
	u32 percent = pace->args->pace;

	pace->live -= obj->size;
	if (!pace->back)
		pace->args->peer->free(obj);
	else
		pace->back[pace->nr] = *obj;
	if (!percent)
		return;
	pace->nr++;
	pace->waiting += obj->size;
	if (pace->waiting >= div_u64(pace->live * percent, 100) ||
	    pace->nr == pace->args->live)
		pause_all(pace);
}

void bench_pace_end(struct bench_pace *pace)
{
	if (pace->back)
		pause_all(pace);
	kvfree(pace->back);
	pace->back = NULL;
}
