# SPDX-License-Identifier: GPL-2.0
#
# Mistakes that a test module makes, judged by their results and by what the
# kernel log holds between the two lines with their names.

# Prints "ok NAME" or "not ok NAME" and why, for each line of RESULTS. LOG is
# what the log holds.
judge_mistakes() {
	local module=$1 results=$2 log=$3

	awk -v module="$module" '
	BEGIN { FS = "\t" }
	FILENAME == ARGV[1] {
		if (match($0, module ": begin ")) {
			name = substr($0, RSTART + RLENGTH)
			seen[name]++
			inside = 1
		} else if (match($0, module ": end ")) {
			ended[substr($0, RSTART + RLENGTH)]++
			inside = 0
		} else if (inside && /WARNING: /) {
			warned[name]++
		} else if (inside && /jitalloc: .*\+0x/) {
			if (index($0, "[" module "]:")) {
				named[name]++
			}
			if (match($0, ", allocated by ") &&
			    index(substr($0, RSTART), "[" module "]"))
				owned[name]++
		} else if (!inside && /WARNING: |BUG: |Oops/) {
			print "# outside of all cases: " $0
			outside++
		} else if (inside && /BUG: |Oops|vmalloc error|page allocation fail/) {
			wrong[name] = $0
		}
		next
	}
	/^#/ { print; next }
	{
		name = $3
		due = ($2 == "silent") ? 0 : 1
		why = ""
		if ($1 != "ok")
			why = "wrong result"
		else if (seen[name] != 1 || ended[name] != 1)
			why = "not in the log"
		else if (wrong[name] != "")
			why = wrong[name]
		else if (warned[name] + 0 != due)
			why = (warned[name] + 0) " warnings, not " due
		else if (named[name] + 0 != due)
			why = "the caller is not named"
		else if ($2 == "owner" && owned[name] != 1)
			why = "the owner is not named"
		if (why != "")
			print "# " name ": " why
		print (why == "" ? "ok " : "not ok ") name
	}
	END { print (outside ? "not ok" : "ok") " no warning outside of a case" }
	' "$log" "$results"
}

# Writes a line into the kernel log, and waits until FILE has it.
mark_in() {
	local file=$1 mark=$2 i

	echo "$mark" >/dev/kmsg
	for ((i = 0; i < 100; i++)); do
		! grep -q "$mark" "$file" || return 0
		sleep 0.1
	done
	ktap_exit_fail_msg "the kernel log can't be followed"
}

# run_mistakes MODULE CASE: so many warnings do not fit into the kernel's buffer,
# so the log is followed.
run_mistakes() {
	local module=$1 case=$2 tmp follower

	tmp=$(mktemp -d)
	dmesg --follow >"$tmp/log" &
	follower=$!
	mark_in "$tmp/log" "mistakes $$ begin"
	if echo "$case" >"$DEBUGFS/$module/run"; then
		mark_in "$tmp/log" "mistakes $$ end"
		kill $follower
		wait $follower 2>/dev/null
		sed -i "1,/mistakes $$ begin/d" "$tmp/log"
		cat "$DEBUGFS/$module/results" >"$tmp/results"
		judge_mistakes "$module" "$tmp/results" "$tmp/log" >"$tmp/judged"
		ktap_import <"$tmp/judged"
		ktap_figure "mistakes_${case}_warnings" \
			"$(grep -c WARNING: "$tmp/log")"
	else
		kill $follower
		ktap_test_fail "$module: case $case can be run"
	fi
	rm -rf "$tmp"
}

# The whole of a test: misuse_test PLAN MODULE CASE WARNINGS, of which the plan
# is without what this function adds.
misuse_test() {
	local plan=$1 module=$2 case=$3 warnings=$4 misuses

	ktap_print_header
	ktap_set_plan $((plan + 6))
	ktap_check "$module loads" load_module "$module" ||
		ktap_exit_fail_msg "$module does not load"

	run_mistakes "$module" "$case"
	misuses=$(stat_of misuses)
	ktap_check_equal "the allocator has counted them" \
		"$misuses" "$warnings"

	log_mark
	ktap_check "$module unloads" unload_module "$module"
	unload_modules jitalloc
	ktap_check "nothing comes after" log_is_clean
	ktap_check "no page is writable and executable" wx_is_clean
	ktap_finished
}

# for_bits N64 N32: a number that depends on how wide a register is
for_bits() {
	if [ "$(getconf LONG_BIT)" -eq 64 ]; then echo "$1"; else echo "$2"; fi
}
