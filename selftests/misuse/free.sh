#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freeing is allowed in every context.
#
# boot: misuse
# expect: 18 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 45 jit_test_context free 18
