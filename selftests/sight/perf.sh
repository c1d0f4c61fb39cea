#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tracepoints by their numbers, as perf and bpftrace use them.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

TRACEFS=/sys/kernel/tracing
[ -e "$TRACEFS/trace" ] || mount -t tracefs tracefs "$TRACEFS"

unload_modules jitalloc
vm_test_begin 7 jit_test_sight
ktap_import < <(python3 "$(dirname "$0")/perf_events.py" "$TRACEFS/events/jitalloc" \
	"$DEBUGFS/jit_test_sight/run" "$DEBUGFS/jit_test_sight/results" 2>&1)
vm_test_end
