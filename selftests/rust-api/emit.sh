#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the Rust counterpart of jit_emit.h writes is what C writes; the sample runs it.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# An instruction is one more form where all are of the same length.
FORMS=12
[ "$(uname -m)" != x86_64 ] || FORMS=11

ktap_print_header
ktap_set_plan $((FORMS + 4))
trap 'unload_modules jit_rust_emit' EXIT

log_mark
ktap_check "jit_rust_emit loads" load_module jit_rust_emit
ktap_import < <(log_since_mark | sed -n 's/^.*jit_rust_emit: //p')
unload_modules jit_rust_emit
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
