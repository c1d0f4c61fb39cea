/* SPDX-License-Identifier: GPL-2.0 */
/* There are no static calls on arm, and nothing forbids an indirect call. */
#include "arch/kfn_indirect.h"
