/* SPDX-License-Identifier: GPL-2.0 */
/* What bindgen reads. */
#include <linux/jitalloc.h>

#include "boundary.h"
#include "helpers.h"
#include "kfn.h"
#include "view.h"
