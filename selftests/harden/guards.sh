#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Before and behind each pack a page is not mapped. But what is borrowed of the
# kernel's own cache of text lies in a large page of that, next to other text.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# mapped KIND: pages around packs of that kind that are mapped
mapped() {
	sed -n "s/^# guards $1 //p" "$DEBUGFS/jit_test_places/results"
}

# unmapped KIND...: a result for each
unmapped() {
	local kind

	for kind in "$@"; do
		ktap_check_equal "$kind: no page around a pack is mapped" "$(mapped "$kind")" 0
	done
}

unload_modules jitalloc
load_module jitalloc reserve=0
# On x86 a pack is a large page, where that can be text.
case $(uname -m) in
x86_64) large=$((2 << 20)) ;;
*) large=$((256 << 10)) ;;
esac
vm_test_begin 35 jit_test_places large_pack=$large
run_cases jit_test_places guards
unmapped small-data large-text large-data own-text own-data

unload_modules jit_test_places jitalloc
load_module jitalloc reserve=0 harden=1
load_module jit_test_places large_pack=$large
run_cases jit_test_places guards
unmapped small-text small-data large-text large-data own-text own-data
vm_test_end
