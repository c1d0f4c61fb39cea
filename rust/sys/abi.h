/* SPDX-License-Identifier: GPL-2.0 */
/* What bindgen reads. */
#include <linux/jitalloc.h>

#include "boundary/boundary.h"
#include "boundary/debugfs.h"
#include "boundary/options.h"
#include "boundary/owners.h"
#include "boundary/watch.h"
#include "sys/events.h"
#include "sys/extable.h"
#include "sys/fault.h"
#include "sys/helpers.h"
#include "sys/kfn.h"
#include "sys/symbol.h"
