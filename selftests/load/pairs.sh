#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After 300 times of loading and unloading, everything is as it was.
#
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/slab.sh"
. "$(dirname "$0")/../lib/state.sh"

PAIRS=300
WITH_USER=30	# every so many, somebody allocates meanwhile

# What the module and its users could leave behind
state() {
	module_state
	symbol_state
	grep -F '[jit_test_user]' /proc/kallsyms
}

# Loads the allocator and a user, which adds to $was_text, and unloads them.
pair_with_user() {
	load_module jit_test_user || return 1
	echo check_text >"$DEBUGFS/jit_test_pages/run"
	was_text=$was_text$(head -c 2 "$DEBUGFS/jit_test_pages/results")
	unload_module jit_test_user && unload_module jitalloc
}

ktap_print_header
ktap_set_plan 12
unload_modules jitalloc

# Remembers pages, and does not depend on the allocator
ktap_check "jit_test_pages loads" load_module jit_test_pages
# What is made once and stays
was_text=
pair_with_user
echo check >"$DEBUGFS/jit_test_pages/run"

log_mark
before=$(state)
objects_before=$(objects)
ok=0
was_text=
path=$(module_path jitalloc)
for ((i = 0; i < PAIRS / WITH_USER; i++)); do
	n=$(python3 "$(dirname "$0")/pairs.py" "$path" $((WITH_USER - 1)))
	ok=$((ok + n))
	pair_with_user && ok=$((ok + 1))
done
objects_after=$(objects)
after=$(state)

ktap_figure load_unload_pairs "$ok"
ktap_check_equal "$PAIRS pairs" $ok $PAIRS
ktap_check_equal "text was read-only in the linear map meanwhile" \
	"$was_text" \
	"$(for ((i = 0; i < PAIRS / WITH_USER; i++)); do printf ok; done)"
ktap_check "mappings, caches, symbols, modules, files are as they were" \
	diff <(echo "$before") <(echo "$after")

read -r most cache < <(growth "$objects_before" "$objects_after")
ktap_figure most_objects_gained "$most"
ktap_print_msg "of $cache"
ktap_check "objects were looked at" test "$(wc -l <<<"$objects_after")" -gt 10
ktap_check "no cache has gained an object in every other pair" \
	test "$most" -lt $((PAIRS / 2))

run_cases jit_test_pages check
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
unload_modules jit_test_pages
ktap_finished
