#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module loads once, and unloads, without a word in the log.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

ktap_print_header
ktap_set_plan 14

unload_modules jitalloc
ktap_check "the module has been built" module_path jitalloc
log_mark

ktap_check "it loads" load_module jitalloc
ktap_check "it is listed" module_is_loaded jitalloc
ktap_check_equal "nobody uses it" "$(module_refcount jitalloc)" 0
ktap_check "its symbols are known" grep -q '\[jitalloc\]' /proc/kallsyms
ktap_check "its directory is there" test -r "$DEBUGFS/jitalloc/params"
ktap_check_equal "all in it is for root, to read, and one file to write" \
	"$(stat -c '%a:%u %n' "$DEBUGFS"/jitalloc/* | sed "s|$DEBUGFS/jitalloc/watch$|watch|; s|$DEBUGFS/.*||" | sort -u)" \
	"$(printf '400:0 \n600:0 watch')"

err=$(insmod "$(module_path jitalloc)" 2>&1)
ktap_check_equal "it does not load twice" $? 1
ktap_check "the error says why" grep -q "File exists" <<<"$err"

ktap_check "it unloads" unload_module jitalloc
ktap_check "it is not listed any more" eval '! module_is_loaded jitalloc'
ktap_check "its directory is gone" test ! -e "$DEBUGFS/jitalloc"

# Two lines are about every module that is not part of the kernel; the other
# was written here.
ktap_check_equal "nothing else is in the log" \
	"$(log_since_mark | grep -i jitalloc |
	   grep -v 'out-of-tree module\|module verification failed')" ""
ktap_check "the log is clean" log_is_clean
ktap_finished
