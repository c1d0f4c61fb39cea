# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the limit is to be, and what a fill takes of the machine and gives back.
# Source it after module.sh.

# total_memory: bytes
total_memory() {
	awk '$1 == "MemTotal:" { printf "%d\n", $2 * 1024 }' /proc/meminfo
}

# smallest_range: bytes of the smallest range of all types, with its fallback
smallest_range() {
	local ty start end fallback_start fallback_end rest len least=

	while read -r ty start end fallback_start fallback_end rest; do
		case $ty in \#*) continue ;; esac
		len=$((end - start + fallback_end - fallback_start))
		[ -n "$least" ] && [ "$least" -le "$len" ] || least=$len
	done <"$DEBUGFS/jitalloc/params"
	echo "$least"
}

# default_limit: what the limit is to be if nobody sets it
default_limit() {
	local memory range

	memory=$(($(total_memory) / 2))
	range=$(($(smallest_range) / 2))
	echo $((memory < range ? memory : range))
}

# is_default_limit VALUE: but for what is rounded to pages
is_default_limit() {
	local wanted page

	wanted=$(default_limit)
	page=$(getconf PAGESIZE)
	echo "'$1', wanted $wanted"
	[ "$1" -le "$wanted" ] && [ "$1" -gt $((wanted - page)) ]
}

# What may be missing from free memory
SLACK_KB=$((64 << 10))

# free_kb: with the pages that CPUs have at hand for the next allocation, which the
# kernel does not count as free
free_kb() {
	local at_hand

	sync
	echo 3 >/proc/sys/vm/drop_caches
	at_hand=$(awk '$1 == "count:" { pages += $2 } END { print pages + 0 }' /proc/zoneinfo)
	awk -v at_hand=$((at_hand * $(getconf PAGESIZE) / 1024)) \
		'$1 == "MemFree:" { print $2 + at_hand }' /proc/meminfo
}

# Mappings of the kernel's own allocator of text
execmem_areas() {
	grep -c execmem /proc/vmallocinfo
}

# machine_mark: what there is before a fill. What the allocator makes once and
# leaves is made before that.
machine_mark() {
	reload
	unload_modules jitalloc
	MARK_MAPPINGS=$(allocator_mappings)
	MARK_AREAS=$(execmem_areas)
	MARK_FREE=$(free_kb)
}

__machine_is_back() {
	local free areas

	areas=$(execmem_areas)
	free=$(free_kb)
	echo "$areas areas of execmem, $MARK_AREAS before; $free kB free, $MARK_FREE before"
	[ "$areas" -le $((MARK_AREAS + 2)) ] &&
		[ "$free" -ge $((MARK_FREE - SLACK_KB)) ]
}

# machine_is_back WHAT: two results. Areas are freed in the background, so it is
# looked at more than once.
machine_is_back() {
	local i

	for ((i = 0; i < 20; i++)); do
		! __machine_is_back >/dev/null || break
		sleep 0.2
	done
	ktap_print_msg "$1: $(__machine_is_back)"
	ktap_check "$1: memory and areas of the kernel are back" __machine_is_back
	ktap_check_equal "$1: no mapping is left" \
		"$(allocator_mappings)" "$MARK_MAPPINGS"
}

# fill_twice WHAT LIMIT [PARAM=VALUE...]: with a new allocator each time;
# 15 results. A fill ends at the limit, or when there are no more addresses.
fill_twice() {
	local what=$1 limit=$2 round first nr

	shift 2
	machine_mark
	for round in 1 2; do
		reload "limit=$limit"
		load_module jit_test_limits "$@"
		run_cases jit_test_limits fill
		nr=$(live_count)
		run_cases jit_test_limits drain
		unload_modules jit_test_limits jitalloc
		machine_is_back "$what, round $round"
		first=${first:-$nr}
	done
	ktap_check "$what: as much the second time ($first, $nr)" \
		test $((nr * 20)) -ge $((first * 19))
}
