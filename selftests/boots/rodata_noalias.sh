#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The direct map stays writable, as it is of the kernel's own text.
#
# boot: own
# append: rodata=noalias
# arch: arm64: on x86 the direct map follows in any case

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

boot_test 2
ktap_check_equal "the log says so, once" \
	"$(log_count 'jitalloc: booted with rodata=.* writable mapping of text')" 1
# Text itself is read-only and executable.
load_module jit_kprobe symbol=vfs_read op=eq value=1
ktap_check "text is r-x" grep -q '^mapping: r-x ' "$DEBUGFS/jit_kprobe/filter"
unload_modules jit_kprobe
boot_test_end
