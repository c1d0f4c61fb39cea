#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text is not writable while somebody writes to it.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 6 jit_test_wx

wx_watch 0
run_cases jit_test_wx writing
wx_watched
vm_test_end
