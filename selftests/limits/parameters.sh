#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameters of the module: sysfs shows what they come to, and a limit that
# the machine cannot keep is refused.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

SYSFS=/sys/module/jitalloc/parameters

# parameter NAME: what sysfs shows
parameter() {
	cat "$SYSFS/$1" 2>&1
}

# refused VALUE: five results
refused() {
	local value=$1 err status

	log_mark
	err=$(insmod "$(module_path jitalloc)" "limit=$value" 2>&1)
	status=$?
	ktap_check_equal "limit=$value is refused" $status 1
	ktap_check "limit=$value: the error is EINVAL" \
		grep -q "Invalid parameters" <<<"$err"
	ktap_check "limit=$value: it is not loaded" eval '! module_is_loaded jitalloc'
	ktap_check_equal "limit=$value: one line says why" \
		"$(log_count 'jitalloc: .*limit=')" 1
	ktap_check "limit=$value: the log is clean" log_is_clean
	unload_modules jitalloc
}

ktap_print_header
ktap_set_plan 35
unload_modules jitalloc

refused 4000000000
refused $(($(total_memory) + (64 << 20)))
refused "$(getconf ULONG_MAX)"

log_mark
for value in '' limit=0; do
	reload ${value:+"$value"}
	what=${value:-no limit}
	ktap_check "$what: the default is as documented" \
		is_default_limit "$(stat_of limit_bytes)"
	ktap_check_equal "$what: sysfs shows it" "$(parameter limit)" \
		"$(stat_of limit_bytes)"
	ktap_check_equal "$what: root can write it" \
		"$(stat -c %a $SYSFS/limit 2>&1)" 644
	ktap_check_equal "$what: and the reserve" \
		"$(stat -c %a $SYSFS/reserve 2>&1)" 644
	ktap_check_equal "$what: there is none of owners" \
		"$(parameter owner_limit)" 0
	ktap_check_equal "$what: the reserve is 2 MiB" "$(parameter reserve)" \
		$((2 << 20))
done

reload limit=16777216 reserve=0
ktap_check_equal "limit=16777216: it is shown" "$(parameter limit)" 16777216
ktap_check_equal "reserve=0: it is shown" "$(parameter reserve)" 0
reload owner_limit=65536
ktap_check_equal "owner_limit=65536: it is shown" "$(parameter owner_limit)" 65536
reload limit=$((32 << 20)) reserve=$((1 << 20))
ktap_check_equal "limit=32M: it is shown" "$(parameter limit)" $((32 << 20))
ktap_check_equal "limit=32M: it is kept" "$(stat_of limit_bytes)" $((32 << 20))
ktap_check_equal "reserve=1M: it is shown" "$(parameter reserve)" $((1 << 20))
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
