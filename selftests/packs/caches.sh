#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Private caches share with nobody, and go as a whole; what is forgotten goes
# with the allocator.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/slab.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
load_module jitalloc
unload_modules jitalloc
mapped=$(allocator_mappings)
before=$(objects)

vm_test_begin 27 jit_test_caches leak=1
run_cases jit_test_caches private destroy churn forget
ktap_check_equal "what was forgotten is live" "$(live_count)" 40
ktap_check "and mapped" test "$(allocator_mappings)" -gt "$mapped"

log_mark
ktap_check "the forgetful user unloads" unload_module jit_test_caches
ktap_check "the allocator unloads" unload_module jitalloc
ktap_check_equal "one line says what was never freed" \
	"$(log_count 'jitalloc: 40 allocations of [0-9]+ bytes were never freed')" 1
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
read -r most cache < <(growth "$before" "$(objects)")
ktap_figure most_objects_gained "$most"
ktap_print_msg "of $cache"
# Each CPU has some 60 at hand, and as many in reserve.
ktap_check "no slab cache has gained 500 objects" test "$most" -lt 500

load_module jit_test_caches
vm_test_end
