/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Executable memory for loadable modules.
 *
 * Text is read-only and executable from the moment a caller sees it, and is
 * written only through jit_update_copy() and jit_update_set(); or it is written
 * in place first, not executable, and becomes text by jit_text_restore_rox().
 * Data is writable and never executable, within reach of the text of its type.
 */
#ifndef _LINUX_JITALLOC_H
#define _LINUX_JITALLOC_H

#include <linux/cleanup.h>
#include <linux/pgtable.h>
#include <linux/types.h>

/*
 * The interface, for jit_alloc_require(): the first number changes when something
 * goes away or means something else, the second when something is added.
 */
#define JIT_ALLOC_VERSION_MAJOR	1
#define JIT_ALLOC_VERSION_MINOR	1
#define JIT_ALLOC_VERSION \
	((JIT_ALLOC_VERSION_MAJOR << 16) | JIT_ALLOC_VERSION_MINOR)

/**
 * enum jit_type - kinds of generated code, by who runs it
 *
 * An architecture places each kind where it can reach what it calls, so the
 * type selects the address range, the alignment and the initial protection.
 *
 * @JIT_MODULES_TEXT: code that must reach, and be reached from, module text
 * @JIT_MODULES_DATA: data that module text addresses relative to itself
 * @JIT_KPROBES: code that is run from a probe
 * @JIT_FTRACE: trampolines that are called from traced functions
 * @JIT_BPF: filters and programs that call into the kernel
 * @JIT_TYPE_MAX: number of types, not a type
 */
enum jit_type {
	JIT_MODULES_TEXT,
	JIT_MODULES_DATA,
	JIT_KPROBES,
	JIT_FTRACE,
	JIT_BPF,
	JIT_TYPE_MAX,
};

/**
 * enum jit_alloc_flags - options of one range
 *
 * @JIT_ALLOC_KASAN_SHADOW: the range needs a KASAN shadow of its own
 * @JIT_ALLOC_ROX_CACHE: text of the range may share large read-only
 *	executable mappings
 */
enum jit_alloc_flags {
	JIT_ALLOC_KASAN_SHADOW	= 1 << 0,
	JIT_ALLOC_ROX_CACHE	= 1 << 1,
};

/* Alignment of every allocation, in bytes */
#define JIT_ALIGN	32

/**
 * struct jit_range - where allocations of one type live
 *
 * @start: first address of the range; 0 inherits the range of
 *	%JIT_MODULES_TEXT
 * @end: first address after the range
 * @fallback_start: first address of the range to try when the first is full;
 *	0 if there is none
 * @fallback_end: first address after the fallback range; 0 if there is none
 * @pgprot: protection of a new mapping in the range; what text ends with is
 *	read-only and executable, whatever it starts with
 * @alignment: alignment of the mappings that allocations are packed into, in
 *	bytes, a power of two; an allocation itself is aligned to %JIT_ALIGN
 * @flags: combination of &enum jit_alloc_flags
 */
struct jit_range {
	unsigned long	start;
	unsigned long	end;
	unsigned long	fallback_start;
	unsigned long	fallback_end;
	pgprot_t	pgprot;
	unsigned int	alignment;
	unsigned int	flags;
};

/**
 * struct jit_alloc_params - parameters of an architecture
 *
 * @ranges: one range for each &enum jit_type
 */
struct jit_alloc_params {
	struct jit_range	ranges[JIT_TYPE_MAX];
};

/**
 * struct jit_alloc_usage - what all users together make the allocator hold
 *
 * @limit: bytes that it may hold
 * @held: bytes of the memory that it holds
 * @waiting: bytes that have been freed and are not taken back yet
 */
struct jit_alloc_usage {
	size_t	limit;
	size_t	held;
	size_t	waiting;
};

/**
 * struct jit_update - one of the writes of jit_update_batch()
 *
 * @dst: where in an allocation of text to begin
 * @src: what to write
 * @len: bytes
 */
struct jit_update {
	void		*dst;
	const void	*src;
	size_t		len;
};

/**
 * struct jit_extable_entry - an instruction that may fault, for jit_text_extable()
 *
 * @insn: where it begins, from the beginning of the text, in bytes
 * @fixup: where to go on if it does, counted as @insn; all registers are as they
 *	were when the instruction began
 */
struct jit_extable_entry {
	u32	insn;
	u32	fixup;
};

/* What a table of @nr entries takes of the end of its text, in bytes, at most */
#define JIT_EXTABLE_SIZE(nr)	(12 * (nr) + 4)

struct jit_cache;

unsigned int jit_alloc_version(void);
int jit_alloc_require(unsigned int version);
const struct jit_alloc_params *jit_alloc_arch_params(void);
void jit_alloc_usage(struct jit_alloc_usage *usage);
void *jit_text_alloc(enum jit_type type, size_t size);
void *jit_text_dup(enum jit_type type, const void *src, size_t len);
void *jit_text_alloc_rw(enum jit_type type, size_t size);
int jit_text_restore_rox(void *buf);
void *jit_data_alloc(enum jit_type type, size_t size);
int jit_update_copy(void *dst, const void *src, size_t len);
int jit_update_set(void *dst, u8 byte, size_t len);
int jit_update_batch(const struct jit_update *updates, size_t nr);
__printf(2, 3)
int jit_text_name(void *buf, const char *fmt, ...);
int jit_text_extable(void *buf, const struct jit_extable_entry *entries,
		     size_t nr);
void jit_free(void *buf);
void jit_free_barrier(void);
struct jit_cache *jit_cache_create(enum jit_type type);
void *jit_cache_text_alloc(struct jit_cache *cache, size_t size);
void *jit_cache_data_alloc(struct jit_cache *cache, size_t size);
void jit_cache_destroy(struct jit_cache *cache);

DEFINE_FREE(jit_cache_destroy, struct jit_cache *, jit_cache_destroy(_T))
DEFINE_FREE(jit_free, void *, if (_T) jit_free(_T))

#endif /* _LINUX_JITALLOC_H */
