# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Of those who are adopted. Source it after module.sh.

DIR=$DEBUGFS/jit_adopt

# adopted USER COLUMN: allocated freed fell_through written
adopted() {
	awk -v user="$1" -v column="$2" '
		/^#/ { for (i = 2; i <= NF; i++) if ($i == column) at = i - 1 }
		$1 == user { print $at }' "$DIR/stats"
}

# nothing_left: whether the users have no block any more, after a while: BPF frees after
# grace periods of its own.
nothing_left() {
	local try

	for ((try = 0; try < 200; try++)); do
		awk '!/^#/ { left += $2 - $3 } END { exit left != 0 }' "$DIR/stats" && return
		sleep 0.1
	done
	cat "$DIR/stats"
	return 1
}

# redirected: how many of the functions ftrace says to return somewhere else
redirected() {
	local functions='bpf_prog_pack_(alloc|free)|text_poke_copy|bpf_arch_text_copy'

	functions+='|__(get|free)_insn_slot|execmem_(alloc_rw|free)|set_memory_rox'
	grep -cE "^($functions) .* I" /sys/kernel/tracing/enabled_functions
}

# settle: waits until what was freed is traps again. The kernel makes them when
# something is freed, jitalloc later: both are part of what a judge took.
settle() {
	local try

	[ -e "$DEBUGFS/jitalloc/stats" ] || return 0
	for ((try = 0; try < 3000; try++)); do
		[ "$(stat_of pending_bytes)" != 0 ] || return 0
		sleep 0.1
	done
	return 1
}
