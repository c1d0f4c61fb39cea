# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Faults that are injected. Source it after module.sh and variants/lib.sh.
#
# fail-nth is the task's own that writes it, so what is to fail is done by this shell,
# not by a command that it starts.

FAIL=$DEBUGFS/fail_jitalloc
CASES=jit_test_faults

# Points that are passed when the module is loaded, and only then
LOAD_POINTS="lockdown resolve_probes resolve_probe resolve_name resolve_start lookup read_kernel layout params
	budget writer writer_mm writer_init backing cpu_cache pool predictors allocator published
	debugfs_dir debugfs_file owners shrinker"

# Points that cannot be passed by a kernel like this one: what they are for is another's
case $(uname -m) in
x86_64) UNREACHED="" ;;
# There is no barrier for branch predictors to count, and no large page to borrow.
*) UNREACHED="predictors execmem execmem_area" ;;
esac

# is_unreached NAME
is_unreached() {
	[[ " $UNREACHED " == *" $1 "* ]]
}

# faults_injected: at all points, since they were last forgotten
faults_injected() {
	awk '!/^#/ { sum += $3 } END { print sum + 0 }' "$FAIL/points"
}

# points FIELD: names of points where that is not zero, or all of them
points() {
	awk -v field="${1:-0}" '!/^#/ && (!field || $field > 0) { print $1 }' "$FAIL/points" | sort
}

# is_load_point NAME
is_load_point() {
	[[ " ${LOAD_POINTS//[$'\n\t']/ } " == *" $1 "* ]]
}

# arm N: the Nth point that this shell passes from now on fails
arm() {
	echo "$1" >"$FAIL/fail-nth"
}

# disarm: sets $left to what was left of N
disarm() {
	read -r left <"$FAIL/fail-nth"
	echo 0 >"$FAIL/fail-nth"
}

# case_run CASE...: adds what fails to $wrong
case_run() {
	local case results

	for case in "$@"; do
		if ! echo "$case" >"$DEBUGFS/$CASES/run"; then
			wrong+="$case cannot be run"$'\n'
			continue
		fi
		results=$(<"$DEBUGFS/$CASES/results")
		[[ $results != *"not ok "* ]] || wrong+="$case: $results"$'\n'
	done
}

# sweep NAME BEFORE DO AFTER: has the first step of a command fail, then the second,
# until there is none left; one command before that, and one after. Two results.
MOST=400
sweep() {
	local name=$1 before=$2 do=$3 after=$4 n said

	wrong=
	for ((n = 1; n <= MOST; n++)); do
		$before
		arm "$n"
		$do
		disarm
		said=$wrong
		$after
		[ "$said" = "$wrong" ] || wrong+="that was after step $n of $name"$'\n'
		[ "$left" -eq 0 ] || break
	done
	ktap_check "$name: each of $((n - 1)) steps fails once" test "$n" -gt 1 -a "$n" -le "$MOST"
	[ -z "$wrong" ] || ktap_print_msg "$(head -c 3000 <<<"$wrong")"
	ktap_check_equal "$name: as documented, and nothing is left" "$wrong" ""
	swept=$((swept + n - 1))
}
swept=0
