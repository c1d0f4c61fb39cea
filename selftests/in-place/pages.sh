#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text that is written in place: what the page tables say of every page of it, and of all
# of the kernel, before and after it becomes text; that it runs; mistakes.
#
# quick: yes
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# wrong_pages: those that the allocator finds itself
wrong_pages() {
	awk '$1 == "wrong" { print $2 }' "$DEBUGFS/jitalloc/check_wx"
}

unload_modules jitalloc
load_module jitalloc reserve=0
vm_test_begin 41 jit_test_in_place
# Of page tables that the allocator cannot look at, it says nothing.
none=$(wrong_pages)
run_cases jit_test_in_place all make
ktap_check "W^X while half of it is text" wx_is_clean
ktap_check_equal "the allocator finds no page wrong" "$(wrong_pages)" "$none"
ktap_check_equal "each allocation is live" "$(live_count)" 64
run_cases jit_test_in_place release
ktap_check_equal "none is live" "$(live_count)" 0
ktap_check_equal "nothing is held" "$(stat_of held_bytes)" 0
run_cases jit_test_in_place mistakes
wx_watch 0
run_cases jit_test_in_place watched
wx_watched
ktap_check_equal "none is live at last" "$(live_count)" 0
vm_test_end
