// SPDX-License-Identifier: GPL-2.0
/*
 * How a CPU loads the address space in which text is writable, and writes it.
 *
 * The address space is a table for TTBR0, where those of processes are, with the
 * kernel's part in it as theirs have. As on arm64 the registers are saved, loaded
 * and restored here, and the kernel, which thinks that the CPU never left, keeps
 * the ASID of what it will find again. Nothing pins one of our own. But the kernel
 * gives no process ASID 0: it is for changes like this one, and nobody runs with
 * it. So we take it while interrupts are off, and invalidate what the CPU has
 * learnt by it before it goes back.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <asm/cacheflush.h>
#include <asm/mmu.h>
#include <asm/tlbflush.h>

#include "arch/private_mm.h"
#include "sys/helpers.h"
#include "sys/kfn.h"

#if defined(CONFIG_ARM_LPAE) || !defined(CONFIG_SMP) || __LINUX_ARM_ARCH__ < 7
#error "jitalloc writes text on ARMv7 with SMP, and without LPAE"
#endif

/* UDF #0xdde1, as in params.rs */
#define TRAP		0xe7fddef1

/* Of TTBRs: the rest says how tables are cached. */
#define TTBR_TABLE	(~(PTRS_PER_PGD * sizeof(pgd_t) - 1))

/* What a CPU had loaded before it writes. */
struct writer_cpu {
	bool is_in;
	u32 ttbr0;
	u32 contextidr;
};

static DEFINE_PER_CPU(struct writer_cpu, writer_cpus);

static __always_inline u32 read_ttbr0(void)
{
	u32 val;

	asm volatile("mrc p15, 0, %0, c2, c0, 0" : "=r" (val));
	return val;
}

static __always_inline u32 read_ttbr1(void)
{
	u32 val;

	asm volatile("mrc p15, 0, %0, c2, c0, 1" : "=r" (val));
	return val;
}

static __always_inline u32 read_contextidr(void)
{
	u32 val;

	asm volatile("mrc p15, 0, %0, c13, c0, 1" : "=r" (val));
	return val;
}

static __always_inline void write_ttbr0(u32 val)
{
	asm volatile("mcr p15, 0, %0, c2, c0, 0" : : "r" (val) : "memory");
	isb();
}

static __always_inline void write_contextidr(u32 val)
{
	/* Some Cortex-A9 want it (ARM_ERRATA_754322). */
	dsb();
	asm volatile("mcr p15, 0, %0, c13, c0, 1" : : "r" (val) : "memory");
	isb();
}

/* All that this CPU knows by ASID 0, tables included. */
static __always_inline void forget_asid_0(void)
{
	asm volatile("mcr p15, 0, %0, c8, c7, 2" : : "r" (0) : "memory");
}

/*
 * An address space knows of the kernel's tables what there was when it was made;
 * the rest is copied when a fault asks for it. A fault needs a stack.
 */
static __always_inline void map_stack(struct mm_struct *mm, u32 ttbr1)
{
	unsigned long sp = current_stack_pointer;
	pgd_t *kernel = phys_to_virt(ttbr1 & TTBR_TABLE);
	pmd_t *from = (pmd_t *)pgd_offset_pgd(kernel, sp);
	pmd_t *to = (pmd_t *)pgd_offset(mm, sp);

	if (unlikely(pmd_val(to[0]) != pmd_val(from[0]) ||
		     pmd_val(to[1]) != pmd_val(from[1])))
		copy_pmd(to, from);
}

/**
 * jit_port_flush_mm() - have all CPUs forget an address space
 * @mm: address space
 * @at: where it has changed
 * @len: bytes
 * @freed_tables: whether tables are freed
 *
 * A CPU forgets when it leaves, so it is enough that each has left.
 */
void jit_port_flush_mm(struct mm_struct *mm, unsigned long at,
		       unsigned long len, bool freed_tables)
{
	kick_all_cpus_sync();
}

/**
 * jit_writer_enter_in_task() - load an address space to write, in no handler
 * @mm: address space
 *
 * Table and ASID cannot be changed at once: in between, there is a table without
 * a user's part.
 *
 * Context: As jit_writer_enter(), by a task that had interrupts on before.
 * Return: what is loaded now, for jit_writer_leave().
 */
void *jit_writer_enter_in_task(struct mm_struct *mm)
{
	struct writer_cpu *cpu = this_cpu_ptr(&writer_cpus);
	u32 ttbr1 = read_ttbr1();

	cpu->is_in = true;
	cpu->ttbr0 = read_ttbr0();
	cpu->contextidr = read_contextidr();
	map_stack(mm, ttbr1);
	write_ttbr0(ttbr1);
	write_contextidr(cpu->contextidr & (u32)ASID_MASK);
	write_ttbr0(virt_to_phys(mm->pgd) | (ttbr1 & ~TTBR_TABLE));
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

	write_ttbr0(read_ttbr1());
	forget_asid_0();
	write_contextidr(cpu->contextidr);
	write_ttbr0(cpu->ttbr0);
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
	flush_icache_range(start, start + len);
}
NOKPROBE_SYMBOL(jit_port_sync_caches);

/*
 * The mappings are in the domain of user space, which the kernel closes
 * (CPU_SW_DOMAIN_PAN). An exception closes it and opens it again at its end.
 */

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
	unsigned int domains = uaccess_save_and_enable();

	memcpy((void *)at, src, len);
	uaccess_restore(domains);
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
	unsigned int domains = uaccess_save_and_enable();

	memset((void *)at, byte, len);
	uaccess_restore(domains);
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
	unsigned int domains = uaccess_save_and_enable();

	memset32((u32 *)at, TRAP, len / sizeof(u32));
	uaccess_restore(domains);
	jit_port_sync_caches(text, len);
}
NOKPROBE_SYMBOL(jit_writer_set_traps);
