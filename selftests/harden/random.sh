#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With harden=1 nobody can tell from the order of allocations where a block is: not
# from another load, from the block before, or from where one was that has been
# freed. All else is as it was.
#
# timeout: 240

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# begin [PARAM=VALUE...]: an allocator that has nothing
begin() {
	unload_modules jit_test_places jitalloc
	load_module jitalloc reserve=0 "$@" && load_module jit_test_places
}

# places: where the last case has found its blocks, one a line
places() {
	sed -n 's/^# place //p' "$DEBUGFS/jit_test_places/results"
}

# judge PLACES...: of each list how many addresses are there once only, how many
# follow the one before at once, and in how many pages they are; then how many the
# lists have in common, by how far each is from the one before
judge() {
	python3 - "$@" <<'END'
import sys

lists = [[int(place, 16) for place in text.split()] for text in sys.argv[1:]]
steps = [[b - a for a, b in zip(places, places[1:])] for places in lists]
for places, step in zip(lists, steps):
    print(len(places), len(set(places)), sum(0 < abs(by) <= 64 for by in step),
          len({place >> 12 for place in places}))
if len(steps) == 2:
    print(sum(a == b for a, b in zip(*steps)))
END
}

ktap_print_header
ktap_set_plan 61
log_mark

ktap_check "loads" begin
ktap_check_equal "it is off" "$(cat /sys/module/jitalloc/parameters/harden)" N
run_cases jit_test_places places
first=$(places)
run_cases jit_test_places release
begin
run_cases jit_test_places places
mapfile -t ordered < <(judge "$first" "$(places)")
read -r _ _ near _ <<<"${ordered[0]}"
ktap_print_msg "in order: ${ordered[*]}"
ktap_check "without it, the next block is next to the one before ($near)" test "$near" -gt 100
ktap_check "without it, a second load is as the first" test "${ordered[2]}" -gt 300
run_cases jit_test_places release

ktap_check "loads with harden=1" begin harden=1
ktap_check_equal "it is on" "$(cat /sys/module/jitalloc/parameters/harden)" Y
run_cases jit_test_places places
first=$(places)
ktap_check "no page is writable and executable" wx_is_clean
ktap_check_equal "nor is one wrong" \
	"$(awk '$1 == "wrong" { print $2 }' "$DEBUGFS/jitalloc/check_wx")" 0
ktap_check_equal "nothing is borrowed of the kernel's text" "$(stat_of borrowed_bytes)" 0
run_cases jit_test_places release
ktap_check_equal "no allocation is live" "$(live_count)" 0
begin harden=1
run_cases jit_test_places places
mapfile -t random < <(judge "$first" "$(places)")
read -r nr distinct near pages <<<"${random[0]}"
ktap_print_msg "random: ${random[*]}"
ktap_check_equal "blocks are in places of their own" "$distinct" "$nr"
# In 16 KiB one place in 128 is next to another; most packs are larger.
ktap_check "the next block is anywhere else ($near)" test "$near" -lt 20
ktap_check "they are all over their packs ($pages pages)" test "$pages" -gt 6
ktap_check "a second load is another (${random[2]})" test "${random[2]}" -lt 20
run_cases jit_test_places release

run_cases jit_test_places again
mapfile -t again < <(judge "$(places)")
read -r nr distinct _ <<<"${again[0]}"
ktap_check "what is freed is not what is handed out next ($distinct of $nr)" test "$distinct" -gt 35
run_cases jit_test_places release
ktap_check "unloads" unload_module jit_test_places
load_module jit_test_packs_oracle
run_cases jit_test_packs_oracle oracle
ktap_check_equal "no allocation is live" "$(live_count)" 0
unload_modules jit_test_packs_oracle jitalloc
ktap_check_equal "no mapping is left" "$(allocator_mappings)" 0
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
