// SPDX-License-Identifier: GPL-2.0
/*
 * The allocators that are compared.
 */
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/list.h>
#include <linux/nodemask.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bench.h"
#include "kfn.h"

/* jitalloc, through its public functions only */

static void jitalloc_alloc(struct bench_obj *obj)
{
	if (obj->type == JIT_MODULES_DATA)
		obj->buf = jit_data_alloc(obj->type, obj->size);
	else
		obj->buf = jit_text_alloc(obj->type, obj->size);
}

static int jitalloc_write(struct bench_obj *obj, const void *src)
{
	if (obj->type != JIT_MODULES_DATA)
		return jit_update_copy(obj->buf, src, obj->size);
	memcpy(obj->buf, src, obj->size);
	return 0;
}

static int jitalloc_write_all(struct bench_obj *objs, u32 nr, const void *src)
{
	static struct jit_update updates[64];
	u32 i;

	if (nr > ARRAY_SIZE(updates))
		return -E2BIG;
	for (i = 0; i < nr; i++)
		updates[i] = (struct jit_update){ objs[i].buf, src, objs[i].size };
	return jit_update_batch(updates, nr);
}

static void dup_alloc(struct bench_obj *obj)
{
	obj->buf = jit_text_dup(obj->type, bench_code, obj->size);
}

static int dup_write(struct bench_obj *obj, const void *src)
{
	return 0;
}

static void in_place_alloc(struct bench_obj *obj)
{
	obj->buf = jit_text_alloc_rw(obj->type, obj->size);
}

static int in_place_write(struct bench_obj *obj, const void *src)
{
	memcpy(obj->buf, src, obj->size);
	return jit_text_restore_rox(obj->buf);
}

static void jitalloc_free(struct bench_obj *obj)
{
	jit_free(obj->buf);
}

static size_t jitalloc_waiting(void)
{
	struct jit_alloc_usage usage;

	jit_alloc_usage(&usage);
	return usage.waiting;
}

/* A barrier would have it give memory back that the next turn takes again. */
static void jitalloc_settle(void)
{
	do {
		msleep(20);
	} while (jitalloc_waiting());
}

static s64 jitalloc_committed(void)
{
	struct jit_alloc_usage usage;

	jit_alloc_usage(&usage);
	return usage.held;
}

/* What the BPF core does for a program, without the program */

static void pack_fill(void *area, unsigned int size)
{
	memset(area, 0xcc, size);
}

static void pack_alloc(struct bench_obj *obj)
{
	obj->buf = kfn(bpf_prog_pack_alloc)(obj->size, pack_fill, false);
}

static int pack_write(struct bench_obj *obj, const void *src)
{
#ifdef CONFIG_X86_64
	return kfn(text_poke_copy)(obj->buf, src, obj->size) ? 0 : -EFAULT;
#else
	/* Its lengths are in instructions. */
	return PTR_ERR_OR_ZERO(kfn(bpf_arch_text_copy)(obj->buf, (void *)src,
						       round_up(obj->size, 4)));
#endif
}

static void pack_free(struct bench_obj *obj)
{
	kfn(bpf_prog_pack_free)(obj->buf, obj->size);
}

/* It gives an empty pack back at once; its best case is a pack in use. */
static struct bench_obj pack_pin = { .size = 64 };

static int pack_begin(void)
{
	pack_alloc(&pack_pin);
	return pack_pin.buf ? 0 : -ENOMEM;
}

static void pack_end(void)
{
	pack_free(&pack_pin);
}

static struct list_head *packs;

static s64 pack_committed(void)
{
	return list_count_nodes(packs) * (s64)PMD_SIZE * num_possible_nodes();
}

static int protect(void *buf, size_t size)
{
	unsigned long addr = (unsigned long)buf;
	int pages = PAGE_ALIGN(size) >> PAGE_SHIFT;

#ifdef CONFIG_X86_64
	return kfn(set_memory_rox)(addr, pages);
#else
	return kfn(set_memory_ro)(addr, pages) ?: kfn(set_memory_x)(addr, pages);
#endif
}

/* execmem, as the module loader and ftrace use it */

static void exec_alloc(struct bench_obj *obj)
{
	static const enum execmem_type types[] = {
		[JIT_MODULES_TEXT] = EXECMEM_MODULE_TEXT,
		[JIT_MODULES_DATA] = EXECMEM_MODULE_DATA,
		[JIT_KPROBES] = EXECMEM_KPROBES,
		[JIT_FTRACE] = EXECMEM_FTRACE,
		[JIT_BPF] = EXECMEM_BPF,
	};

#ifdef CONFIG_X86_64
	if (obj->type != JIT_MODULES_DATA) {
		obj->buf = kfn(execmem_alloc_rw)(types[obj->type], obj->size);
		return;
	}
#endif
	obj->buf = kfn(execmem_alloc)(types[obj->type], obj->size);
}

static int exec_write(struct bench_obj *obj, const void *src)
{
#ifdef CONFIG_ARM64
	/* These are read-only from the start. */
	if (obj->type == JIT_KPROBES)
		return pack_write(obj, src);
#endif
	memcpy(obj->buf, src, obj->size);
	if (obj->type == JIT_MODULES_DATA)
		return 0;
#ifdef CONFIG_X86_64
	return kfn(execmem_restore_rox)(obj->buf, PAGE_ALIGN(obj->size));
#else
	return protect(obj->buf, obj->size);
#endif
}

static void exec_free(struct bench_obj *obj)
{
	kfn(execmem_free)(obj->buf);
}

/* A range and its permissions, as BPF did before it had packs */

static void vmalloc_alloc(struct bench_obj *obj)
{
	obj->buf = kfn(__vmalloc_node_range_noprof)(obj->size, PAGE_SIZE,
						    MODULES_VADDR, MODULES_END,
						    GFP_KERNEL, PAGE_KERNEL,
						    VM_FLUSH_RESET_PERMS,
						    NUMA_NO_NODE,
						    __builtin_return_address(0));
}

static int vmalloc_write(struct bench_obj *obj, const void *src)
{
	memcpy(obj->buf, src, obj->size);
	return protect(obj->buf, obj->size);
}

static void vmalloc_free(struct bench_obj *obj)
{
	vfree(obj->buf);
}

/* Slots of probed instructions: one size only */

static struct kprobe_insn_cache *slots;

static void slot_alloc(struct bench_obj *obj)
{
	obj->buf = kfn(__get_insn_slot)(slots);
}

static void slot_free(struct bench_obj *obj)
{
	kfn(__free_insn_slot)(slots, obj->buf, 1);
}

/* The floor: neither executable nor protected */

static void slab_alloc(struct bench_obj *obj)
{
	obj->buf = kmalloc(obj->size, GFP_KERNEL);
}

static int slab_write(struct bench_obj *obj, const void *src)
{
	memcpy(obj->buf, src, obj->size);
	return 0;
}

static void slab_free(struct bench_obj *obj)
{
	kfree(obj->buf);
}

/* What the loops around all of them cost */

static void null_alloc(struct bench_obj *obj)
{
	obj->buf = (void *)bench_code;
}

static int null_write(struct bench_obj *obj, const void *src)
{
	return 0;
}

static void null_free(struct bench_obj *obj)
{
}

static const struct bench_peer peers[] = {
	{
		.name	= "jitalloc",
		.max	= BENCH_MAX_SIZE,
		.alloc	= jitalloc_alloc,
		.write	= jitalloc_write,
		.write_all = jitalloc_write_all,
		.free	= jitalloc_free,
		.drain	= jit_free_barrier,
		.settle	= jitalloc_settle,
		.waiting = jitalloc_waiting,
		.committed = jitalloc_committed,
	}, {
		.name	= "dup",
		.max	= BENCH_MAX_SIZE,
		.alloc	= dup_alloc,
		.write	= dup_write,
		.free	= jitalloc_free,
		.drain	= jit_free_barrier,
		.settle	= jitalloc_settle,
		.waiting = jitalloc_waiting,
		.committed = jitalloc_committed,
	}, {
		.name	= "in_place",
		.max	= BENCH_MAX_SIZE,
		.alloc	= in_place_alloc,
		.write	= in_place_write,
		.free	= jitalloc_free,
		.drain	= jit_free_barrier,
		.committed = jitalloc_committed,
	}, {
		.name	= "prog_pack",
		.max	= BENCH_MAX_SIZE,
		.begin	= pack_begin,
		.end	= pack_end,
		.alloc	= pack_alloc,
		.write	= pack_write,
		.free	= pack_free,
		.committed = pack_committed,
	}, {
		.name	= "execmem",
		.max	= BENCH_MAX_SIZE,
		.alloc	= exec_alloc,
		.write	= exec_write,
		.free	= exec_free,
	}, {
		.name	= "vmalloc",
		.max	= BENCH_MAX_SIZE,
		.alloc	= vmalloc_alloc,
		.write	= vmalloc_write,
		.free	= vmalloc_free,
	}, {
		.name	= "kprobe_slot",
		.max	= MAX_INSN_SIZE * sizeof(kprobe_opcode_t),
		.alloc	= slot_alloc,
		.write	= pack_write,
		.free	= slot_free,
	}, {
		.name	= "kmalloc",
		.max	= BENCH_MAX_SIZE,
		.alloc	= slab_alloc,
		.write	= slab_write,
		.free	= slab_free,
	}, {
		.name	= "null",
		.max	= BENCH_MAX_SIZE,
		.alloc	= null_alloc,
		.write	= null_write,
		.free	= null_free,
	},
};

const struct bench_peer *bench_find_peer(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(peers); i++)
		if (!strcmp(peers[i].name, name))
			return &peers[i];
	return NULL;
}

int bench_peers_init(void)
{
	packs = (void *)bench_kfn_lookup("pack_list");
	if (!packs)
		return -ENOENT;
	slots = (void *)bench_kfn_lookup("kprobe_insn_slots");
	if (!slots || slots->insn_size != MAX_INSN_SIZE)
		return -ENOENT;
	return 0;
}
