// SPDX-License-Identifier: GPL-2.0
/*
 * How a CPU loads the address space in which text is writable, and writes it.
 *
 * The address space is a table for TTBR0, where those of processes are, and an
 * ASID of its own. The kernel has no function to load one for a while: its
 * context switch knows one address space of a task, and would have to be told
 * which to go back to. So the two registers are saved, loaded and restored here.
 * The ASID allocator is left out of it. It thinks that the CPU is in the same
 * address space all the time, so what is restored stays valid even when ASIDs
 * are handed out anew meanwhile; the one of ours is pinned, as those are that
 * devices use. So this works whatever is loaded: a process, nothing, firmware.
 */
#include <linux/bits.h>
#include <linux/cpufeature.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/cacheflush.h>
#include <asm/cpufeature.h>
#include <asm/debug-monitors.h>
#include <asm/insn-def.h>
#include <asm/mmu.h>
#include <asm/mmu_context.h>
#include <asm/sysreg.h>
#include <asm/tlbflush.h>

#include "arch/private_mm.h"
#include "sys/helpers.h"
#include "sys/kfn.h"

/* What a CPU had loaded before it writes. */
struct writer_cpu {
	bool is_in;
	u64 ttbr0;
	u64 ttbr1;
};

static DEFINE_PER_CPU(struct writer_cpu, writer_cpus);

/**
 * jit_port_mm_init() - get a new address space ready to be loaded
 * @mm: address space
 *
 * Return: whether there was an ASID left.
 */
bool jit_port_mm_init(struct mm_struct *mm)
{
	return arm64_mm_context_get(mm);
}

/**
 * jit_port_mm_exit() - undo jit_port_mm_init()
 * @mm: address space
 */
void jit_port_mm_exit(struct mm_struct *mm)
{
	arm64_mm_context_put(mm);
}

/**
 * jit_port_flush_mm() - have all CPUs forget an address space
 * @mm: address space
 * @at: where it has changed
 * @len: bytes
 * @freed_tables: whether tables are freed
 *
 * All that has its ASID, tables included, by a broadcast of the hardware. Twice,
 * as the kernel does where a CPU may miss the first; this is no fast path.
 */
void jit_port_flush_mm(struct mm_struct *mm, unsigned long at,
		       unsigned long len, bool freed_tables)
{
	/* Where an address space is in the registers, too */
	unsigned long asid = ASID(mm) << 48;
	int i;

	dsb(ishst);
	for (i = 0; i < 2; i++) {
		__tlbi(aside1is, asid);
		dsb(ish);
	}
}

static __always_inline void load_ttbrs(u64 ttbr0, u64 ttbr1)
{
	/* No CPU may look up addresses of the one in the tables of the other. */
	write_sysreg(phys_to_ttbr(page_to_phys(ZERO_PAGE(0))), ttbr0_el1);
	write_sysreg(ttbr1, ttbr1_el1);
	write_sysreg(ttbr0, ttbr0_el1);
	isb();
	/* As the kernel does after each change. */
	if (cpus_have_final_cap(ARM64_WORKAROUND_CAVIUM_27456)) {
		asm volatile("ic iallu");
		dsb(nsh);
		isb();
	}
}

/**
 * jit_writer_enter_in_task() - load an address space to write, in no handler
 * @mm: address space
 *
 * Context: As jit_writer_enter(), by a task that had interrupts on before.
 * Return: what is loaded now, for jit_writer_leave().
 */
void *jit_writer_enter_in_task(struct mm_struct *mm)
{
	struct writer_cpu *cpu = this_cpu_ptr(&writer_cpus);
	u64 ttbr1 = read_sysreg(ttbr1_el1);

	cpu->is_in = true;
	cpu->ttbr0 = read_sysreg(ttbr0_el1);
	cpu->ttbr1 = ttbr1;
	/* The ASID is taken from this one, as everywhere in the kernel. */
	ttbr1 = (ttbr1 & GENMASK_ULL(47, 0)) | ASID(mm) << 48;
	load_ttbrs(phys_to_ttbr(virt_to_phys(mm->pgd)), ttbr1);
	return cpu;
}
NOKPROBE_SYMBOL(jit_writer_enter_in_task);

/**
 * jit_writer_enter() - load an address space to write
 * @mm: address space
 *
 * A handler that a tracer has put into the write may want to write as well. What
 * is saved would be lost, so it is refused.
 *
 * Context: Interrupts are off, and stay so until jit_writer_leave().
 * Return: what is loaded now, for jit_writer_leave(); %NULL if this CPU is
 * writing already.
 */
void *jit_writer_enter(struct mm_struct *mm)
{
	if (__this_cpu_read(writer_cpus.is_in))
		return NULL;
	return jit_writer_enter_in_task(mm);
}
NOKPROBE_SYMBOL(jit_writer_enter);

/**
 * jit_writer_leave() - load what was loaded before
 * @prev: what was returned
 */
void jit_writer_leave(void *prev)
{
	struct writer_cpu *cpu = prev;

	load_ttbrs(cpu->ttbr0, cpu->ttbr1);
	cpu->is_in = false;
}
NOKPROBE_SYMBOL(jit_writer_leave);

/**
 * jit_port_sync_caches() - have what was written fetched
 * @start: where the text is executed
 * @len: bytes
 *
 * Data caches are physically tagged, so that they are cleaned by any address;
 * instruction caches may not be.
 */
void jit_port_sync_caches(unsigned long start, unsigned long len)
{
	caches_clean_inval_pou(start, start + len);
}
NOKPROBE_SYMBOL(jit_port_sync_caches);

/**
 * jit_writer_copy() - write text, in the address space
 * @at: where it is mapped writable
 * @text: where it is executed
 * @src: kernel memory
 * @len: bytes
 */
void jit_writer_copy(unsigned long at, unsigned long text, const void *src,
		     size_t len)
{
	memcpy((void *)at, src, len);
	jit_port_sync_caches(text, len);
}
NOKPROBE_SYMBOL(jit_writer_copy);

/**
 * jit_writer_set() - fill text, in the address space
 * @at: where it is mapped writable
 * @text: where it is executed
 * @byte: what with
 * @len: bytes
 */
void jit_writer_set(unsigned long at, unsigned long text, u8 byte, size_t len)
{
	memset((void *)at, byte, len);
	jit_port_sync_caches(text, len);
}
NOKPROBE_SYMBOL(jit_writer_set);

/**
 * jit_writer_set_traps() - fill text with traps, in the address space
 * @at: where it is mapped writable, a multiple of four
 * @text: where it is executed
 * @len: bytes, a multiple of four
 */
void jit_writer_set_traps(unsigned long at, unsigned long text, size_t len)
{
	memset32((u32 *)at, AARCH64_BREAK_FAULT, len / AARCH64_INSN_SIZE);
	jit_port_sync_caches(text, len);
}
NOKPROBE_SYMBOL(jit_writer_set_traps);
