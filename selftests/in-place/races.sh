#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text that is written in place, while two tasks would make it text, or one frees it.
#
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
load_module jitalloc reserve=0
vm_test_begin 5 jit_test_in_place
run_cases jit_test_in_place race race_free
ktap_check_equal "none is live" "$(live_count)" 0
ktap_check_equal "nothing is held" "$(stat_of held_bytes)" 0
vm_test_end
