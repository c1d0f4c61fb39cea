#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A file that somebody has open keeps the module.
#
# boot: own
# timeout: 240

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

DIR=$DEBUGFS/jitalloc
FILES="params stats live owners blocks packs histograms watch"

# A process of its own has it open: whatever closing it does, this goes on.
open_file() {
	local i

	python3 -c 'import sys, time; f = open(sys.argv[1]); time.sleep(1000)' \
		"$1" >/dev/null 2>&1 &
	HOLDER=$!
	for ((i = 0; i < 100; i++)); do
		[ "$(readlink "/proc/$HOLDER/fd/3")" != "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

close_file() {
	kill "$1"
	wait "$1" 2>/dev/null
}

# The kernel is asked itself: rmmod looks first, and may not even try.
delete_module() {
	python3 - <<'END'
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
err = libc.delete_module(b"jitalloc", os.O_NONBLOCK)
print(errno.errorcode[ctypes.get_errno()] if err else "unloaded")
END
}

# stays WHAT: to close the file of an allocator that is gone would be a fault.
stays() {
	ktap_check_equal "$1" "$(delete_module)" EAGAIN ||
		ktap_exit_fail_msg "it was unloaded under an open file"
}

ktap_print_header
ktap_set_plan 50
log_mark

# Opened, asked, closed, asked again
for file in $FILES; do
	unload_modules jitalloc
	load_module jitalloc
	open_file "$DIR/$file"
	ktap_test_result "$file: it can be opened" $?
	stays "$file: the allocator does not unload meanwhile"
	ktap_check "$file: it can still be read" grep -q . "$DIR/$file"
	close_file "$HOLDER"
	ktap_check_equal "$file: nobody uses the allocator any more" \
		"$(module_refcount jitalloc)" 0
	ktap_check_equal "$file: the allocator unloads" "$(delete_module)" unloaded
done

# Two files at once: the last one counts, whichever that is.
for order in "0 1" "1 0"; do
	unload_modules jitalloc
	load_module jitalloc
	open_file "$DIR/stats"
	holders=("$HOLDER")
	open_file "$DIR/live"
	holders+=("$HOLDER")
	for which in $order; do
		stays "closed in order $order: $which still keeps it"
		close_file "${holders[which]}"
	done
	ktap_check_equal "closed in order $order: the allocator unloads" \
		"$(delete_module)" unloaded
done

# Opened and closed, nothing in between
load_module jitalloc
ktap_check "all can be read" cat "$DIR"/*
err=$(rmmod jitalloc 2>&1)
ktap_check_equal "the allocator unloads after that" "$?:$err" "0:"
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
