/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a test gets into an NMI: this CPU sends itself one.
 * To be included by one file of a module.
 */
#ifndef _JIT_TEST_NMI_H
#define _JIT_TEST_NMI_H

#include <linux/delay.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#ifdef CONFIG_X86_64

#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>

static void (*jit_test_nmi_fn)(void *data);
static void *jit_test_nmi_data;
static bool jit_test_nmi_done;

static int jit_test_nmi_handler(unsigned int type, struct pt_regs *regs)
{
	void (*fn)(void *data) = READ_ONCE(jit_test_nmi_fn);

	if (!fn)
		return NMI_DONE;
	WRITE_ONCE(jit_test_nmi_fn, NULL);
	fn(jit_test_nmi_data);
	WRITE_ONCE(jit_test_nmi_done, true);
	return NMI_HANDLED;
}

/* Returns whether @fn has been called in an NMI. */
static bool jit_test_in_nmi(void (*fn)(void *data), void *data)
{
	int i;

	if (register_nmi_handler(NMI_LOCAL, jit_test_nmi_handler, 0,
				 "jit_test"))
		return false;
	jit_test_nmi_data = data;
	jit_test_nmi_done = false;

	preempt_disable();
	/* only for this CPU, so nothing has to be ordered */
	WRITE_ONCE(jit_test_nmi_fn, fn);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	preempt_enable();
	for (i = 0; i < 1000 && !READ_ONCE(jit_test_nmi_done); i++)
		usleep_range(100, 200);
	/* Waits for those that run. */
	unregister_nmi_handler(NMI_LOCAL, "jit_test");
	jit_test_nmi_fn = NULL;
	return jit_test_nmi_done;
}

#elif defined(CONFIG_ARM64) || defined(CONFIG_ARM)

/*
 * Only some machines have NMIs, and no module can send one. As far as anybody can
 * tell who asks, this is in one.
 */
static bool jit_test_in_nmi(void (*fn)(void *data), void *data)
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET);
	fn(data);
	preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET);
	local_irq_restore(flags);
	return true;
}

#else
#error "the tests do not know this architecture"
#endif

#endif /* _JIT_TEST_NMI_H */
