# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the allocator says of its memory. Source it after module.sh.

# stat NAME: a counter
stat_of() {
	awk -v name="$1" '$1 == name { print $2 }' "$DEBUGFS/jitalloc/stats"
}

# live_count: allocations that are live
live_count() {
	awk '!/^#/ { n += $2 } END { print n }' "$DEBUGFS/jitalloc/live"
}

# reload [PARAM=VALUE...]: an allocator that has nothing yet
reload() {
	unload_modules jitalloc
	load_module jitalloc "$@"
}
