#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The filter's code generator for x86, tested on the machine that builds it.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# 8 types and 7 operators with either return, and what surrounds them
predicate_test x86 125 "${CC:-gcc}"
