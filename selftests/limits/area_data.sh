#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All addresses that data of text may have are taken, and come back, with the
# memory.
#
# boot: own
# mem: 2300M
# mem@kasan: 3500M
# timeout: 200

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# More than there are addresses for
LIMIT=$((1200 << 20))

ktap_print_header
ktap_set_plan 17
log_mark
fill_twice "data" $LIMIT size=65536 data=1
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
