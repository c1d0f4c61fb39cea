#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The README's example compiles, and does what it says.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 1 readme_example
ktap_check "it has an answer" test "$(log_count 'the answer is 42')" = 1
vm_test_end
