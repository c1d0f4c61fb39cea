#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Private caches share with nobody, and go as a whole; what is forgotten goes
# with whoever has forgotten it.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/slab.sh"

memory_mark
vm_test_begin 28 jit_test_caches leak=1
run_cases jit_test_caches private destroy churn forget
ktap_check_equal "what was forgotten is live" "$(live_count)" 40
ktap_check "and mapped" test "$(allocator_mappings)" -gt "$MARK_MAPPINGS"
ktap_check_equal "and in packs that are counted" "$(stat_of packs)" \
	$(($(stat_of packs_made) - $(stat_of packs_returned)))

log_mark
ktap_check "the forgetful user unloads" unload_module jit_test_caches
ktap_check "the allocator unloads" unload_module jitalloc
ktap_check_equal "what was forgotten is named" "$(left_by jit_test_caches)" 40
memory_is_back

load_module jit_test_caches
vm_test_end
