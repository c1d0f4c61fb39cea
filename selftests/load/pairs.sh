#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After 300 times of loading and unloading, everything is as it was.
#
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

PAIRS=300
WITH_USER=30	# every so many, somebody allocates meanwhile

# What the module and its users could leave behind. Sizes of mappings by who
# made them, names of slab caches, symbols, modules, debugfs, kprobes.
state() {
	echo "mappings:"
	awk '{ print $3 }' /proc/vmallocinfo | sed 's/+.*//' |
		grep -E 'jit|execmem|module' | sort | uniq -c
	echo "slab caches:"
	awk 'NR > 2 { print $1 }' /proc/slabinfo | sort
	echo "symbols:"
	grep -c . /proc/kallsyms
	grep -E '\[(jitalloc|jit_test_user)\]' /proc/kallsyms
	echo "modules:"
	awk '{ print $1, $3 }' /proc/modules | sort
	echo "debugfs:"
	ls "$DEBUGFS"
	echo "kprobes:"
	cat "$DEBUGFS/kprobes/list"
}

slab_pages() {
	awk '$1 == "SUnreclaim:" || $1 == "KernelStack:" || $1 == "PageTables:" {
		n += $2 } END { print n }' /proc/meminfo
}

# Loads the allocator and a user, which adds to $was_text, and unloads them.
pair_with_user() {
	load_module jit_test_user || return 1
	echo check_text >"$DEBUGFS/jit_test_pages/run"
	was_text=$was_text$(head -c 2 "$DEBUGFS/jit_test_pages/results")
	unload_module jit_test_user && unload_module jitalloc
}

ktap_print_header
ktap_set_plan 11
unload_modules jitalloc

# Remembers pages, and does not depend on the allocator
ktap_check "jit_test_pages loads" load_module jit_test_pages
# What is made once and stays
was_text=
pair_with_user
echo check >"$DEBUGFS/jit_test_pages/run"

log_mark
before=$(state)
slab_before=$(slab_pages)
ok=0
was_text=
path=$(module_path jitalloc)
for ((i = 0; i < PAIRS / WITH_USER; i++)); do
	n=$(python3 "$(dirname "$0")/pairs.py" "$path" $((WITH_USER - 1)))
	ok=$((ok + n))
	pair_with_user && ok=$((ok + 1))
done
slab_after=$(slab_pages)
after=$(state)

ktap_figure load_unload_pairs "$ok"
ktap_check_equal "$PAIRS pairs" $ok $PAIRS
ktap_check_equal "text was read-only in the linear map meanwhile" \
	"$was_text" \
	"$(for ((i = 0; i < PAIRS / WITH_USER; i++)); do printf ok; done)"
ktap_check "mappings, caches, symbols, modules, files are as they were" \
	diff <(echo "$before") <(echo "$after")

# The kernel's own caches breathe; a leak in each pair would be more than this.
ktap_figure slab_growth_kib $((slab_after - slab_before))
ktap_check "slab has not grown by 4 KiB a pair" \
	test $((slab_after - slab_before)) -lt $((PAIRS * 4))

run_cases jit_test_pages check
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
unload_modules jit_test_pages
ktap_finished
