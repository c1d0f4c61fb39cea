# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How many objects the kernel's caches have, for tests that look for what is lost.

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
