#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same with the code generator for arm64, run by an emulator.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

cbpf_test arm64 aarch64-linux-gnu-gcc-14 qemu-aarch64
