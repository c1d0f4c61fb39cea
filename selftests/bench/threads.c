// SPDX-License-Identifier: GPL-2.0
/*
 * More than one processor: independent threads, frees elsewhere, and code that
 * runs while other code is written.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "bench.h"
#include "meter.h"

#define MAX_THREADS	8

struct worker {
	const struct bench_args *args;
	struct task_struct *task;
	struct completion *go;
	u64 cycles;
	u64 failed;
	u64 ns;
	u64 gap;
	u32 nr;
	u32 (*fn)(void);
};

static int cycle_thread(void *data)
{
	struct worker *w = data;
	struct bench_obj obj = { };
	struct rnd_state rnd;
	u64 begin;

	prandom_seed_state(&rnd, w->args->seed + w->nr);
	if (w->go)
		wait_for_completion(w->go);
	begin = ktime_get_ns();
	while (!kthread_should_stop()) {
		bench_pick(w->args, &rnd, &obj);
		w->args->peer->alloc(&obj);
		if (obj.buf) {
			w->failed += !!w->args->peer->write(&obj, bench_code);
			w->args->peer->free(&obj);
			w->cycles++;
		} else {
			w->failed++;
		}
		bench_breathe();
	}
	w->ns = ktime_get_ns() - begin;
	return 0;
}

static int start(struct worker *w, int (*fn)(void *), u32 cpu)
{
	w->nr = cpu;
	w->task = kthread_create(fn, w, "jit_bench/%u", cpu);
	if (IS_ERR(w->task))
		return PTR_ERR(w->task);
	kthread_bind(w->task, cpu);
	/* or a thread that is stopped at once would never run */
	get_task_struct(w->task);
	wake_up_process(w->task);
	return 0;
}

static void stop(struct worker *w)
{
	kthread_stop(w->task);
	put_task_struct(w->task);
}

int bench_run_threads(const struct bench_args *args)
{
	struct worker workers[MAX_THREADS] = { };
	DECLARE_COMPLETION_ONSTACK(go);
	u64 cycles = 0, failed = 0, ns = 0;
	u32 i, running = 0;
	int err;

	if (!args->threads || args->threads > MAX_THREADS ||
	    args->threads > num_online_cpus())
		return -EINVAL;
	err = bench_begin(args);
	if (err)
		return err;
	for (i = 0; i < args->threads; i++) {
		workers[i].args = args;
		workers[i].go = &go;
		err = start(&workers[i], cycle_thread, i);
		if (err)
			break;
		running++;
	}
	complete_all(&go);
	msleep(args->ms);
	for (i = 0; i < running; i++)
		stop(&workers[i]);
	for (i = 0; i < running; i++) {
		cycles += workers[i].cycles;
		failed += workers[i].failed;
		ns = max(ns, workers[i].ns);
	}
	bench_drain(args);
	bench_end(args);
	bench_out("cycles %llu\n", cycles);
	bench_out("failed %llu\n", failed);
	bench_out("ns %llu\n", ns);
	return err;
}

#define RING	256

struct ring {
	const struct bench_args *args;
	struct bench_obj objs[RING];
	struct bench_series series;
};

static long free_ring(void *data)
{
	struct ring *ring = data;
	int i;

	for (i = 0; i < RING; i++) {
		struct bench_call call;
		u64 end;

		if (!ring->objs[i].buf)
			continue;
		bench_call_begin(&call, ring->args->peer);
		ring->args->peer->free(&ring->objs[i]);
		end = bench_ticks();
		bench_call_end(&call, end, ring->args->peer,
			       &ring->series);
	}
	return 0;
}

static long alloc_ring(void *data)
{
	struct ring *ring = data;
	struct rnd_state rnd;
	int i;

	prandom_seed_state(&rnd, ring->args->seed);
	for (i = 0; i < RING; i++) {
		bench_pick(ring->args, &rnd, &ring->objs[i]);
		ring->args->peer->alloc(&ring->objs[i]);
		if (ring->objs[i].buf)
			ring->args->peer->write(&ring->objs[i], bench_code);
	}
	return 0;
}

/* Rings of allocations that one processor makes and another frees. */
int bench_run_cross(const struct bench_args *args)
{
	struct ring *ring;
	u32 i;
	int err = -ENOMEM;

	if (args->cpu >= num_online_cpus())
		return -EINVAL;
	ring = kvzalloc_obj(*ring);
	if (!ring)
		return -ENOMEM;
	ring->args = args;
	if (bench_series_init(&ring->series, "free", args->n))
		goto out;
	err = bench_begin(args);
	if (err)
		goto out;
	for (i = 0; i < args->n; i += RING) {
		work_on_cpu(0, alloc_ring, ring);
		work_on_cpu(args->cpu, free_ring, ring);
		bench_drain(args);
	}
	bench_end(args);
	bench_out("n %u\n", ring->series.nr);
	bench_series_out(&ring->series, "", bench_overhead.call);
out:
	bench_series_exit(&ring->series);
	kvfree(ring);
	return err;
}

static int exec_thread(void *data)
{
	struct worker *w = data;
	u64 begin = ktime_get_ns(), last = begin, now;

	while (!kthread_should_stop()) {
		w->failed += w->fn() != 42;
		now = ktime_get_ns();
		w->gap = max(w->gap, now - last);
		last = now;
		w->cycles++;
		if (!(w->cycles % 1024))
			bench_breathe();
	}
	w->ns = last - begin;
	return 0;
}

/* endbr64; mov $42, %eax; ret: run by nobody but the benchmark */
static const u8 forty_two[] = {
	0xf3, 0x0f, 0x1e, 0xfa, 0xb8, 42, 0, 0, 0, 0xc3, 0xcc,
};

/* Processor 1 calls code of a peer while processor 0 does nothing, or writes. */
int bench_run_exec(const struct bench_args *args)
{
	struct bench_obj obj = { .size = sizeof(forty_two), .type = args->type };
	struct worker exec = { .args = args }, writer = { .args = args };
	int err, round;

	if (num_online_cpus() < 2)
		return -EINVAL;
	err = bench_begin(args);
	if (err)
		return err;
	args->peer->alloc(&obj);
	if (!obj.buf) {
		err = -ENOMEM;
		goto out;
	}
	err = args->peer->write(&obj, forty_two);
	for (round = 0; !err && round < 2; round++) {
		exec.fn = obj.buf;
		exec.cycles = 0;
		exec.gap = 0;
		err = start(&exec, exec_thread, 1);
		if (err)
			break;
		if (round)
			err = start(&writer, cycle_thread, 0);
		msleep(args->ms);
		if (round && !err)
			stop(&writer);
		stop(&exec);
		bench_out("%s.calls %llu\n", round ? "writing" : "quiet",
			  exec.cycles);
		bench_out("%s.ns %llu\n", round ? "writing" : "quiet", exec.ns);
		bench_out("%s.gap %llu\n", round ? "writing" : "quiet",
			  exec.gap);
	}
	bench_out("cycles %llu\n", writer.cycles);
	bench_out("wrong %llu\n", exec.failed);
	args->peer->free(&obj);
	bench_drain(args);
out:
	bench_end(args);
	return err;
}
