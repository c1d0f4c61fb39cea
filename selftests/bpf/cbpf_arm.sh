#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same with the code generator for 32-bit arm, run by an emulator.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

cbpf_test arm "arm-linux-gnueabihf-gcc-14 -marm" qemu-arm
