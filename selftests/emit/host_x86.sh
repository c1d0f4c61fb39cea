#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The public header for x86, tested on the machine that builds it, in every form
# that a kernel may want.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

emit_test test_emit 23 objdump i386:x86-64 "${CC:-gcc} -DCONFIG_X86_KERNEL_IBT"
ktap_finished
