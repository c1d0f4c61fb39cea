# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What memory there is before and after, for tests that look for what is lost.
# Source it after module.sh.

# Objects in use, by cache. What the kernel keeps to have it at hand, frees later
# in one go, or has on a CPU's own list is given back first, or it would count.
objects() {
	local cache

	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 6
	for cache in /sys/kernel/slab/{kmalloc-*,maple_node,vmap_area}; do
		[ ! -w "$cache/shrink" ] || echo 1 >"$cache/shrink"
	done
	awk '/^(kmalloc-|maple_node|vmap_area)/ { print $1, $2 }' /proc/slabinfo
}

# The largest growth from one list of objects to another, and of which cache
growth() {
	awk 'NR == FNR { was[$1] = $2; next }
	     $2 - was[$1] > most { most = $2 - was[$1]; which = $1 }
	     END { print most + 0, which }' <(echo "$1") <(echo "$2")
}

# memory_mark: what is there before a test. What the allocator makes once and
# leaves is made before that.
memory_mark() {
	reload
	unload_modules jitalloc
	MARK_MAPPINGS=$(allocator_mappings)
	MARK_OBJECTS=$(objects)
}

# memory_is_back: report in two results whether all of it is back. The allocator
# is not loaded.
memory_is_back() {
	local most cache

	ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$MARK_MAPPINGS"
	read -r most cache < <(growth "$MARK_OBJECTS" "$(objects)")
	ktap_figure most_objects_gained "$most"
	ktap_print_msg "of $cache"
	# Each CPU has some 60 at hand, and as many in reserve.
	ktap_check "no slab cache has gained 500 objects" test "$most" -lt 500
}
