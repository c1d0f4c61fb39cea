/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For ports whose kernel has no barrier for branch predictors that could be called.
 */
#ifndef _JITALLOC_NO_PRED_FLUSH_H
#define _JITALLOC_NO_PRED_FLUSH_H

#define JIT_PORT_FLUSH_KFN_LIST(KFN)

#ifndef __BINDGEN__
static inline bool jit_port_has_pred_flush(void)
{
	return false;
}

static inline void jit_port_pred_flush(void)
{
}
#endif

#endif /* _JITALLOC_NO_PRED_FLUSH_H */
