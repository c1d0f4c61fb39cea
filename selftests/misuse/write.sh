#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text is written where the architecture lets it be: on x86 in every context but
# one, on others by a task that has interrupts on.
#
# boot: misuse
# expect@x86: 3 WARNING: .*jit_helper_warn
# expect@arm64,arm: 18 WARNING: .*jit_helper_warn
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

case $(uname -m) in
x86_64) refused=3 ;;
*) refused=18 ;;
esac
misuse_test 27 jit_test_context write $refused
