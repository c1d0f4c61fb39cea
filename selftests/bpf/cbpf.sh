#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The filter's parser and checker, and its code generator for x86, tested on the
# machine that builds them.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

cbpf_test x86 "${CC:-gcc}"
