#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's reports of a warning and of a fault with generated code in the
# stack: they name it, and three callers behind it.
#
# boot: own
# arch: x86 arm64: not tried on arm, whose kernel unwinds by tables
# quick: yes
# expect: 1 WARNING: .* at warn_here
# expect@x86: 1 BUG: kernel NULL pointer dereference
# expect@arm64: 1 Unable to handle kernel NULL pointer dereference
# expect: 1 (Oops|Internal error): Oops: 

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

case $(uname -m) in
x86_64) IP="RIP: 0010:" STATUS=137 ;;
*) IP="pc : " STATUS=139 ;;
esac

# in_order REGEX...: lines of the report that match, in this order, and nothing but
# lines of a stack in between
in_order() {
	local at=0 next regex

	for regex in "$@"; do
		next=$(awk -v at="$at" -v regex="$regex" \
			'NR > at && $0 ~ regex { print NR; exit }' "$report")
		[ -n "$next" ] || {
			echo "not behind line $at: $regex"
			cat "$report"
			return 1
		}
		at=$next
	done
}

# Lines of a stack that are no guesses, which begin with "?"
callers() {
	printf '[]0-9]  ?traces_caller_%s[+]0x[0-9a-f]+/0x[0-9a-f]+ [[]jit_test_traces[]]\n' a b c
}

# check_report WHAT REGEX...: lines that match, then three callers
check_report() {
	local what=$1 behind

	shift
	report=$(mktemp)
	log_since_mark >"$report"
	mapfile -t behind < <(callers)
	ktap_check "$what: the report has the name and three callers behind it" \
		in_order "$@" "${behind[@]}"
	grep -E '[[]jitalloc[]][+]|traces_caller' "$report" | sed 's/^/# /'
	ktap_figure "names_report_${what// /_}" \
		"$(grep -cE "$(IFS='|'; echo "${behind[*]}")" "$report")"
}

ktap_print_header
ktap_set_plan 9
ktap_check "jit_test_traces loads" load_module jit_test_traces
log_mark
run_cases jit_test_traces warn
check_report "a warning" "WARNING: .* at warn_here" "Call [Tt]race:" \
	'[]0-9]  ?jit_test_warning [[]jitalloc[]][+]0x[0-9a-f]+/0x'

log_mark
{
	bash -c 'echo fault >"$1"' bash "$DEBUGFS/jit_test_traces/run"
} 2>/dev/null
ktap_check_equal "a fault in the code kills the task" $? $STATUS
expected=$(log_since_mark | sed -n 's/.*jit_test_traces: expect //p')
ktap_check "the module has said what it expects" test -n "$expected"
ktap_check "the report says where it was" \
	grep -qF "$IP$expected" <(log_since_mark)
check_report "a fault" "$IP" "Call [Tt]race:"
ktap_check_equal "the task has not come back" \
	"$(log_count 'jit_test_traces: survived')" 0
ktap_check "no page is writable and executable" wx_is_clean
# Not unloaded: the dead still holds a reference.
ktap_finished
