#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a user has forgotten to free is freed when he is unloaded, and
# one line says so.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

ktap_print_header
ktap_set_plan 13
unload_modules jitalloc
log_mark
before=$(allocator_mappings)

ktap_check "a forgetful user loads" load_module jit_test_user leak=1
ktap_check "it unloads" unload_module jit_test_user
ktap_check_equal "what it has forgotten is named" "$(left_by jit_test_user)" 64
ktap_check_equal "and not live any more" "$(live_count)" 0
ktap_check "the allocator unloads" unload_module jitalloc
ktap_check_equal "it has nothing to say of that" \
	"$(log_count 'jitalloc: .* were never freed')" 0
ktap_check_equal "no mapping is left" \
	"$(allocator_mappings)" "$before"
run_cases jit_test_pages check
unload_modules jit_test_pages
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
