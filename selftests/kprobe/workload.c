// SPDX-License-Identifier: GPL-2.0
/*
 * Call kernel functions with known arguments, and say by how much counters
 * moved meanwhile.
 *
 *	workload [-c FILE]... [-n CALLS] [-p CPUS] KIND [ARG]
 *
 * A counter file holds a number, or is the hist file of a trace event. All are
 * read through descriptors that are opened before, right before the first
 * call and right after the last, so that nothing but the calls of KIND comes
 * between the readings. "FILE DIFFERENCE" is printed for each.
 *
 *	mmap ARG	ksys_mmap_pgoff() with edge values in argument ARG (0 to 5)
 *			and rubbish in the others; always fails, maps nothing
 *	llseek		null_lseek() of /dev/zero with edge values as the offset
 *	read		vfs_read() of 0 to 255 bytes
 *	socket		__sys_socket() of changing families
 *	put_user	__put_user_4(), every other time to an address with bit 2 set
 *	open		alloc_empty_file() for reading, writing and both
 *	sleep		nothing at all, for a second
 *
 * -p 2 makes CALLS calls on each of CPU 0 and 1 at the same time.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define COUNTERS_MAX	8

/* Where numbers have 32 bits, the offset is in pages, and not in bytes. */
#ifdef SYS_mmap2
#define MMAP		SYS_mmap2
#define OFFSET_SHIFT	0
#else
#define MMAP		SYS_mmap
#define OFFSET_SHIFT	12
#endif

static const unsigned long long edges[] = {
	0, 1, 2, 3, 0x7f, 0x80, 0x81, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xffff,
	0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
	0x100000000, 0x17fffffff, 0x7fffffffffffffff, 0x8000000000000000,
	0x8000000000000001, 0xffffffff7fffffff, 0xffffffff80000000,
	0xffffffffffff8000, 0xffffffffffffff7f, 0xffffffffffffff80,
	0xfffffffffffffffe, 0xffffffffffffffff, 0x123456789abcdef0,
};

struct counter {
	const char	*path;
	int		fd;
	unsigned long	before;
};

/* Edge values take turns with numbers that are as good as random. */
static unsigned long next_value(unsigned long call)
{
	unsigned long long x = call + 1;

	if (call % 2 == 0)
		return edges[call / 2 % ARRAY_SIZE(edges)];
	x *= 0x9e3779b97f4a7c15;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

/*
 * Without MAP_ANONYMOUS there has to be a file, and with a file or without,
 * the length is not 0. One of the two is always wrong.
 */
static void call_mmap(unsigned int arg, unsigned long value)
{
	const unsigned long rubbish = -1UL / 255 * 0x5a;
	unsigned long args[6] = {
		rubbish, 0, rubbish, 0, -1UL, 0x5a << OFFSET_SHIFT,
	};

	args[arg] = arg == 5 ? value << OFFSET_SHIFT : value;
	if (syscall(MMAP, args[0], args[1], args[2], args[3], args[4],
		    args[5]) != -1)
		errx(1, "mmap of argument %u = %#lx is not refused", arg, value);
}

static void call_socket(unsigned long call)
{
	int fd = socket(call % 3 ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

	if (fd >= 0)
		close(fd);
}

/* How much is in an empty pipe: the kernel stores 0 where it is told. */
static void call_put_user(int pipe_end, unsigned long call)
{
	static union {
		long	aligned;
		int	pair[2];
	} where;

	if (ioctl(pipe_end, FIONREAD, &where.pair[call % 2]))
		err(1, "FIONREAD");
}

static void call_open(unsigned long call)
{
	static const int flags[] = {
		O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_CLOEXEC,
		O_WRONLY | O_APPEND, O_PATH,
	};
	int fd = open("/dev/null", flags[call % ARRAY_SIZE(flags)]);

	if (fd < 0)
		err(1, "/dev/null");
	close(fd);
}

static void run(const char *kind, const char *arg, unsigned long calls)
{
	unsigned int number = arg ? strtoul(arg, NULL, 0) : 0;
	int zero = open("/dev/zero", O_RDONLY);
	unsigned long call;
	char bytes[256];
	int ends[2];

	if (pipe(ends))
		err(1, "pipe");
	for (call = 0; call < calls; call++) {
		if (!strcmp(kind, "mmap") && number < 6)
			call_mmap(number, next_value(call));
		else if (!strcmp(kind, "llseek"))
			lseek(zero, next_value(call), SEEK_SET);
		else if (!strcmp(kind, "read"))
			(void)!read(zero, bytes, call % sizeof(bytes));
		else if (!strcmp(kind, "socket"))
			call_socket(call);
		else if (!strcmp(kind, "put_user"))
			call_put_user(ends[0], call);
		else if (!strcmp(kind, "open"))
			call_open(call);
		else if (!strcmp(kind, "sleep"))
			sleep(call == 0);
		else
			errx(2, "no workload %s", kind);
	}
}

static void run_on(int cpu, const char *kind, const char *arg,
		   unsigned long calls)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
	run(kind, arg, calls);
}

static void run_on_all(int cpus, const char *kind, const char *arg,
		       unsigned long calls)
{
	int cpu, status, failed = 0;

	for (cpu = 0; cpu < cpus; cpu++) {
		if (fork() == 0) {
			run_on(cpu, kind, arg, calls);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		failed |= status;
	if (failed)
		errx(1, "a child failed");
}

static unsigned long read_counter(const struct counter *counter)
{
	char text[65536], *hits;
	ssize_t len = 0, n;

	do {
		n = pread(counter->fd, text + len, sizeof(text) - 1 - len, len);
		if (n < 0)
			err(1, "%s", counter->path);
		len += n;
	} while (n);
	text[len] = '\0';

	hits = strstr(text, "    Hits: ");
	return strtoul(hits ? hits + 10 : text, NULL, 10);
}

int main(int argc, char **argv)
{
	struct counter counters[COUNTERS_MAX];
	unsigned long after[COUNTERS_MAX];
	unsigned long calls = 1;
	int nr = 0, cpus = 0;
	int opt, i;

	while ((opt = getopt(argc, argv, "c:n:p:")) != -1) {
		switch (opt) {
		case 'c':
			if (nr == COUNTERS_MAX)
				errx(2, "too many counters");
			counters[nr].path = optarg;
			counters[nr].fd = open(optarg, O_RDONLY);
			if (counters[nr++].fd < 0)
				err(1, "%s", optarg);
			break;
		case 'n':
			calls = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			cpus = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	if (optind == argc)
		errx(2, "which workload?");

	for (i = 0; i < nr; i++)
		counters[i].before = read_counter(&counters[i]);

	if (cpus)
		run_on_all(cpus, argv[optind], argv[optind + 1], calls);
	else
		run(argv[optind], argv[optind + 1], calls);

	for (i = 0; i < nr; i++)
		after[i] = read_counter(&counters[i]);
	for (i = 0; i < nr; i++)
		printf("%s %lu\n", counters[i].path,
		       after[i] - counters[i].before);
	return 0;
}
