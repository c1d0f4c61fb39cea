/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the caller of a public function may sleep.
 */
#ifndef _JITALLOC_MAY_SLEEP_H
#define _JITALLOC_MAY_SLEEP_H

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

/*
 * Without CONFIG_PREEMPT_COUNT a held spinlock cannot be seen, and without
 * CONFIG_PREEMPT_RCU no RCU read-side critical section but by the former.
 */
static __always_inline bool may_sleep(void)
{
	if (rcu_preempt_depth())
		return false;
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		return preemptible();
	return !in_interrupt() && !irqs_disabled();
}

#endif /* _JITALLOC_MAY_SLEEP_H */
