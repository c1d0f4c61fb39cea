/* SPDX-License-Identifier: GPL-2.0 */
#include "arch/kfn_indirect.h"
