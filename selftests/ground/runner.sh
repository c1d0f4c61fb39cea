#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The runner believes no log that is incomplete, and knows on which kernel a test
# is to be run.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

# judge NAME WANT LINE...: what the runner makes of a log, "pass fail skip why"
judge() {
	local name=$1 want=$2 got

	shift 2
	printf '%s\n' "$@" >"$LOG"
	got=$(cd "$TOP/scripts" && PYTHONDONTWRITEBYTECODE=1 python3 -c '
import sys, runner
ok, bad, skip, why = runner.read_ktap(sys.argv[1], [], "x")
print(len(ok), len(bad), len(skip), why)' "$LOG")
	ktap_check_equal "$name" "$got" "$want"
}

# header NAME KERNEL WANT LINE...: what it makes of a test that begins so, "why not |
# complaints expected"
header() {
	local name=$1 kernel=$2 want=$3 got

	shift 3
	printf '# %s\n' "$@" >"$LOG"
	got=$(cd "$TOP/scripts" && JITALLOC_KERNEL=$kernel PYTHONDONTWRITEBYTECODE=1 python3 -c '
import sys, runner
test = runner.Test(sys.argv[1])
print(test.not_here, "|", *(n for n, _ in test.expect))' "$LOG" 2>&1 | tail -n 1)
	ktap_check_equal "$name" "$got" "$want"
}

T='TAP version 13'
END='# Totals: pass:0 fail:0'

ktap_print_header
ktap_set_plan 23

judge "all is well" "2 0 0 None" \
	"$T" 1..2 'ok 1 - a' 'ok 2 - b' "$END"
judge "the plan may come last" "2 0 0 None" \
	"$T" 'ok 1 - a' 'ok 2 - b' 1..2 "$END"
judge "a failure" "1 1 0 None" \
	"$T" 1..2 'ok 1 - a' 'not ok 2 - b' "$END"
judge "a skip" "1 0 1 None" \
	"$T" 1..2 'ok 1 - a' 'ok 2 - b # SKIP no c' "$END"
judge "all skipped" "0 0 1 None" \
	"$T" '1..0 # SKIP nothing'
judge "too few" "1 0 0 planned 2, ran 1" \
	"$T" 1..2 'ok 1 - a' "$END"
judge "too many" "2 0 0 planned 1, ran 2" \
	"$T" 1..1 'ok 1 - a' 'ok 2 - b' "$END"
judge "no plan" "1 0 0 no plan" \
	"$T" 'ok 1 - a' "$END"
judge "no totals" "1 0 0 no totals line" \
	"$T" 1..1 'ok 1 - a'
judge "no header" "1 0 0 no TAP header" \
	1..1 'ok 1 - a' "$END"
judge "the same result twice" "2 0 0 result 1 is out of order" \
	"$T" 1..2 'ok 1 - a' 'ok 1 - a' "$END"
judge "bailed out" "1 0 0 Bail out! no c" \
	"$T" 1..2 'ok 1 - a' 'Bail out! no c'
judge "nested results do not count" "1 0 0 None" \
	"$T" 1..1 '  not ok 1 - sub' 'ok 1 - a' "$END"
judge "an empty log" "0 0 0 no TAP header" ''

# why NAME WANT LINE...: what it says of the failures of a log
why() {
	local name=$1 want=$2 got

	shift 2
	printf '%s\n' "$@" >"$LOG"
	got=$(cd "$TOP/scripts" && PYTHONDONTWRITEBYTECODE=1 python3 -c '
import sys, runner
print(*runner.read_ktap(sys.argv[1], [], "x")[1], sep=", ")' "$LOG")
	ktap_check_equal "$name" "$got" "$want"
}
why "a failure is told with the comment before it" "a (got 1), b" \
	"$T" 1..2 '# begin' '# a: got 1' 'not ok 1 - a' 'not ok 2 - b' "$END"
why "that of a result before is not the reason" "b" \
	"$T" 1..2 '# got 1' 'ok 1 - a' 'not ok 2 - b' "$END"

# A machine that ends before its test has begun: what an earlier run has left of that
# test does not count. The tree is one with a machine that does so.
stale() {
	local tree

	tree=$(mktemp -d)
	mkdir -p "$tree"/scripts "$tree"/selftests/a "$tree"/out/a
	printf '#!/bin/sh\nexit 1\n' >"$tree/scripts/vm"
	chmod +x "$tree/scripts/vm"
	echo '# boot: own' >"$tree/selftests/a/b.sh"
	printf '%s\n' "$T" 1..1 'ok 1 - a' "$END" >"$tree/out/a/b.log"
	(cd "$TOP/scripts" && PYTHONDONTWRITEBYTECODE=1 python3 -c '
import sys, runner
runner.TOP, runner.OUT = sys.argv[1], sys.argv[1] + "/out"
counts = runner.Counts()
runner.boot("a/b", [runner.Test(sys.argv[1] + "/selftests/a/b.sh")], counts)
print(counts.passed, len(counts.failures) > 0)' "$tree" 2>&1 | tail -n 1)
	rm -r "$tree"
}
ktap_check_equal "what an earlier run has left does not count" "$(stale)" "0 True"

header "any kernel will do" kasan "None |" 'boot: own'
header "a test of another kernel has a reason" kasan "not on kasan: it is slow |" \
	'kernel: stock kfence: it is slow'
header "a release is a stock kernel" 7.9.1+deb13-cloud-amd64 "None |" 'kernel: stock: why'
header "a test may be for a debug kernel only" '' "not on stock: why |" 'kernel: kasan: why'
header "and have more to expect there" kasan "None | 1 2" \
	'boot: own' 'expect: 1 a' 'expect@kasan,arm64: 2 b' 'expect@kfence: 3 c'
header "a reason there must be" kasan \
	"runner.BadTest: kernel takes names and a reason, not 'stock'" 'kernel: stock'

ktap_finished
