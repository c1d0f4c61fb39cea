#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A machine on which text cannot be written: the module does not load, and says
# why.
#
# arch: x86: it is about paravirtualised guests of x86

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

ktap_print_header
ktap_set_plan 7
unload_modules jitalloc
log_mark

err=$(load_variant xen 2>&1)
ktap_check_equal "it does not load" $? 1
ktap_check "because there is no such device" grep -qi "no such device" <<<"$err"
lines=$(log_since_mark | grep 'jitalloc: ' | grep -v 'taints kernel\|verification failed')
ktap_check_equal "one line in the log" "$(wc -l <<<"$lines")" 1
ktap_check "which says what it is" \
	grep -q 'paravirtualised guest of Xen' <<<"$lines"
ktap_print_msg "$lines"
ktap_check "nothing is left of it" eval '! module_is_loaded jitalloc && test ! -e "$DEBUGFS/jitalloc"'
ktap_check "the real one loads after it" load_module jitalloc
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
ktap_finished
