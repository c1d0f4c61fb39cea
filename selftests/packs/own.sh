#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is larger than a pack has a mapping of its own: no more memory than its
# pages, all of it counted, with nothing behind it, and gone when it is freed.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# Bytes of the pages in the allocator's mappings that are as large as that; the
# kernel has small ones, for lists of the pages of each.
mapped_bytes() {
	awk -v page="$(getconf PAGESIZE)" '
	/jitalloc/ && match($0, /pages=[0-9]+/) {
		nr = substr($0, RSTART + 6, RLENGTH - 6)
		if (nr * page >= 2 * 2 ^ 20)
			bytes += nr * page
	}
	END { print bytes + 0 }' /proc/vmallocinfo
}

reload reserve=0
mapped=$(allocator_mappings)
vm_test_begin 19 jit_test_packs
run_cases jit_test_packs own
ktap_check_equal "as much is held as is mapped" \
	"$(stat_of held_bytes)" "$(mapped_bytes)"
run_cases jit_test_packs free
ktap_check_equal "nothing is held any more" "$(stat_of held_bytes)" 0
ktap_check_equal "and nothing is mapped" "$(mapped_bytes)" 0
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
vm_test_end
