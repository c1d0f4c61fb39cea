# SPDX-License-Identifier: GPL-2.0
#
# Results of a test script as KTAP, with the names that kselftest's own
# ktap_helpers.sh uses. Source it, print the header, set the plan, report every
# case by name, finish:
#
#	ktap_print_header
#	ktap_set_plan 2
#	ktap_test_pass "module loads"
#	ktap_check "module is listed" grep -q '^jitalloc ' /proc/modules
#	ktap_finished
#
# A script that ends early, or that reports more or fewer cases than it
# planned, fails.

KSFT_PASS=0
KSFT_FAIL=1
KSFT_SKIP=4

KTAP_PLAN=
KTAP_TESTNO=0
KTAP_CNT_PASS=0
KTAP_CNT_FAIL=0
KTAP_CNT_SKIP=0

ktap_print_header() {
	echo "TAP version 13"
}

# A comment; every line of it.
ktap_print_msg() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# A figure that a test measured: ktap_figure NAME VALUE
ktap_figure() {
	echo "# figure: $1=$2"
}

ktap_set_plan() {
	KTAP_PLAN=$1
	echo "1..$KTAP_PLAN"
}

# ktap_skip_all WHY: nothing of this script applies to the machine. Not for
# something that is missing from the build: that is a failure.
ktap_skip_all() {
	echo "1..0 # SKIP $*"
	exit "$KSFT_SKIP"
}

__ktap_result() {
	KTAP_TESTNO=$((KTAP_TESTNO + 1))
	echo "$1 $KTAP_TESTNO - $2${3:+ # $3}"
}

ktap_test_pass() {
	KTAP_CNT_PASS=$((KTAP_CNT_PASS + 1))
	__ktap_result "ok" "$1"
}

ktap_test_fail() {
	KTAP_CNT_FAIL=$((KTAP_CNT_FAIL + 1))
	__ktap_result "not ok" "$1"
}

# ktap_test_skip NAME [WHY]
ktap_test_skip() {
	KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
	__ktap_result "ok" "$1" "SKIP${2:+ $2}"
}

# ktap_test_result NAME STATUS: pass if STATUS is 0.
ktap_test_result() {
	if [ "$2" -eq 0 ]; then
		ktap_test_pass "$1"
	else
		ktap_test_fail "$1"
	fi
}

# ktap_check NAME COMMAND...: pass if the command succeeds; what it printed is
# shown when it does not. One that ends with kselftest's status for it has nothing
# to check on this kernel, and what it printed is why.
ktap_check() {
	local name=$1 out status

	shift
	out=$("$@" 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		ktap_test_pass "$name"
	elif [ $status -eq $KSFT_SKIP ]; then
		ktap_test_skip "$name" "$out"
		return 0
	else
		[ -z "$out" ] || ktap_print_msg "$out"
		ktap_print_msg "$name: status $status: $*"
		ktap_test_fail "$name"
	fi
	return $status
}

# ktap_check_equal NAME GOT WANTED
ktap_check_equal() {
	if [ "$2" = "$3" ]; then
		ktap_test_pass "$1"
	else
		ktap_print_msg "$1: got '$2', wanted '$3'"
		ktap_test_fail "$1"
		return 1
	fi
}

# Report the cases that another program decided, as lines "ok NAME" or
# "not ok NAME" on standard input. Other lines are passed on as comments.
# Not at the end of a pipe: the counters would be a subshell's.
ktap_import() {
	local line

	while IFS= read -r line; do
		case $line in
		"ok "*" # SKIP "*)
			line=${line#ok }
			ktap_test_skip "${line%% # SKIP *}" "${line#* # SKIP }"
			;;
		"ok "*)		ktap_test_pass "${line#ok }" ;;
		"not ok "*)	ktap_test_fail "${line#not ok }" ;;
		"#"*)		echo "$line" ;;
		*)		ktap_print_msg "$line" ;;
		esac
	done
}

# Abort: the rest of the plan cannot be run.
ktap_exit_fail_msg() {
	echo "Bail out! $*"
	exit "$KSFT_FAIL"
}

# Totals line and exit status.
ktap_finished() {
	echo "# Totals: pass:$KTAP_CNT_PASS fail:$KTAP_CNT_FAIL" \
	     "xfail:0 xpass:0 skip:$KTAP_CNT_SKIP error:0"

	if [ "$KTAP_CNT_FAIL" -ne 0 ]; then
		exit "$KSFT_FAIL"
	fi
	if [ "$KTAP_TESTNO" -ne "${KTAP_PLAN:-0}" ]; then
		ktap_print_msg "planned ${KTAP_PLAN:-0} cases, ran $KTAP_TESTNO"
		exit "$KSFT_FAIL"
	fi
	if [ "$KTAP_CNT_SKIP" -gt 0 ] && [ "$KTAP_CNT_PASS" -eq 0 ]; then
		exit "$KSFT_SKIP"
	fi
	exit "$KSFT_PASS"
}
