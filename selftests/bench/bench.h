/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the benchmark module share.
 *
 * A peer is an allocator of executable memory behind one small interface. A
 * workload drives any peer. The meter counts what that costs.
 */
#ifndef _JIT_BENCH_H
#define _JIT_BENCH_H

#include <linux/jitalloc.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct bench_obj - one allocation
 * @buf: where it is, %NULL if there is none
 * @size: bytes that were asked for
 * @type: who would run it
 */
struct bench_obj {
	void *buf;
	u32 size;
	u32 type;
};

/**
 * struct bench_peer - an allocator
 * @name: how it is asked for
 * @max: largest size it takes
 * @begin: bring it into its best state before a run; may be %NULL
 * @end: undo @begin
 * @alloc: allocate @obj->size bytes into @obj->buf; %NULL there is a failure
 * @write: put code of @obj->size bytes there and make it executable
 * @write_all: the same for @nr objects at once; may be %NULL
 * @free: free it
 * @drain: wait until all that was freed can be used again; may be %NULL
 * @settle: the same, with what it has kept for the next need; may be %NULL
 * @waiting: bytes that were freed and cannot be used again yet; %NULL if there
 *	never are any
 * @committed: bytes that it holds; may be %NULL
 */
struct bench_peer {
	const char *name;
	u32 max;
	int (*begin)(void);
	void (*end)(void);
	void (*alloc)(struct bench_obj *obj);
	int (*write)(struct bench_obj *obj, const void *src);
	int (*write_all)(struct bench_obj *objs, u32 nr, const void *src);
	void (*free)(struct bench_obj *obj);
	void (*drain)(void);
	void (*settle)(void);
	size_t (*waiting)(void);
	s64 (*committed)(void);
};

const struct bench_peer *bench_find_peer(const char *name);
int bench_peers_init(void);

#define BENCH_MAX_SIZES		4096
#define BENCH_MAX_SIZE		(1024 * 1024)
#define BENCH_MIXED		JIT_TYPE_MAX

/**
 * struct bench_args - what a run was asked to do
 * @peer: the allocator
 * @size: bytes of each allocation; 0 takes them from @sizes at random
 * @type: an enum jit_type, or %BENCH_MIXED
 * @n: operations
 * @live: allocations that stay while operations go on
 * @seed: of the random numbers
 * @cpu: where to free, for the workload that frees elsewhere
 * @threads: how many
 * @ms: how long
 * @budget: millions of ticks after which a loop ends early; 0 is none
 * @pace: percent of what lives that may wait until it can be used again; 0 is
 *	without a bound
 * @model: order in which allocations end
 * @levels: numbers of live allocations, with commas between them
 * @sizes: equally likely sizes
 * @nr_sizes: how many of them
 */
struct bench_args {
	const struct bench_peer *peer;
	u32 size;
	u32 type;
	u32 n;
	u32 live;
	u32 seed;
	u32 cpu;
	u32 threads;
	u32 ms;
	u32 budget;
	u32 pace;
	char model[16];
	char levels[128];
	u32 sizes[BENCH_MAX_SIZES];
	u32 nr_sizes;
};

/* out.c */
extern const void *bench_code;

int bench_out_init(void);
void bench_out_exit(void);
void bench_out_reset(void);
ssize_t bench_out_read(char __user *buf, size_t len, loff_t *ppos);
__printf(1, 2) void bench_out(const char *fmt, ...);

/* cycle.c: what all workloads do to objects */
void bench_pick(const struct bench_args *args, struct rnd_state *rnd,
		struct bench_obj *obj);
bool bench_make(const struct bench_args *args, struct bench_obj *obj);
struct bench_obj *bench_fill(const struct bench_args *args,
			     struct rnd_state *rnd, u32 nr, u32 *filled);
void bench_empty(const struct bench_args *args, struct bench_obj *objs, u32 nr);

/**
 * struct bench_pace - allocations that end at a pace; see pace.c
 * @args: what the run was asked to do
 * @back: those that are held back, for a peer that frees at once
 * @nr: allocations that were freed since the last pause
 * @waiting: bytes of these
 * @live: bytes that live
 * @pauses: how many there were
 */
struct bench_pace {
	const struct bench_args *args;
	struct bench_obj *back;
	u32 nr;
	u64 waiting;
	u64 live;
	u32 pauses;
};

int bench_pace_begin(struct bench_pace *pace, const struct bench_args *args);
u64 bench_pace_waiting(const struct bench_pace *pace);
bool bench_pace_make(struct bench_pace *pace, struct bench_obj *obj);
void bench_pace_free(struct bench_pace *pace, struct bench_obj *obj);
void bench_pace_end(struct bench_pace *pace);

int bench_run_cycle(const struct bench_args *args);
int bench_run_live(const struct bench_args *args);
int bench_run_churn(const struct bench_args *args);
int bench_run_burst(const struct bench_args *args);
int bench_run_fresh(const struct bench_args *args);
int bench_run_hostile(const struct bench_args *args);
int bench_run_threads(const struct bench_args *args);
int bench_run_cross(const struct bench_args *args);
int bench_run_exec(const struct bench_args *args);
int bench_run_writes(const struct bench_args *args);

/*
 * Between operations: a caller in the wild comes from user space and goes back
 * there, so nobody waits for it. Without this, a grace period of RCU tasks would
 * wait for a whole run.
 */
static inline void bench_breathe(void)
{
	cond_resched_tasks_rcu_qs();
}

static inline int bench_begin(const struct bench_args *args)
{
	return args->peer->begin ? args->peer->begin() : 0;
}

static inline void bench_end(const struct bench_args *args)
{
	if (args->peer->end)
		args->peer->end();
}

static inline void bench_drain(const struct bench_args *args)
{
	if (args->peer->drain)
		args->peer->drain();
}

static inline void bench_settle(const struct bench_args *args)
{
	if (args->peer->settle)
		args->peer->settle();
}

#endif /* _JIT_BENCH_H */
