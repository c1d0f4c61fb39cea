#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Copies of the templates (template.sh builds them) run, and refuse a jitalloc that
# they do not fit.
#
# kernel: stock: template.sh builds the copies for that

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# others NAME MODULE [PARAM=VALUE...]: load a copy
other() {
	insmod "$OTHERS/$1/$2.ko" "${@:3}"
}

# refused NAME MODULE VERSION: the copy is refused, and the log names it
refused() {
	local out

	log_mark
	! out=$(other "$1" "$2" 2>&1) || { rmmod "$2"; return 1; }
	[[ $out == *": Protocol not supported" ]] || { echo "$out" && return 1; }
	[ "$(log_count "jitalloc: .*\[$2\] is built for interface $3 of jitalloc, and this is $MAJOR\.$MINOR\$")" = 1 ]
}

vm_test_begin 11 jitalloc
ktap_check "C is loaded" other c jit_template number=7
ktap_check_equal "it has run its code" "$(log_count 'jit_template: 7 \* 3 is 21$')" 1
ktap_check "its code has a name" grep -q 'jit_template_triple.*\[jitalloc\]' /proc/kallsyms
ktap_check "jitalloc is held by it" test "$(module_refcount jitalloc)" = 1
ktap_check "C is unloaded" rmmod jit_template
ktap_check "Rust is loaded" other rust jit_template_rust
ktap_check_equal "it has run its code too" "$(log_count 'jit_template_rust: 14 \* 3 is 42$')" 1
ktap_check "Rust is unloaded" rmmod jit_template_rust
ktap_check "C for interface ${NEXT/ /.} is refused" refused c-next jit_template "${NEXT/ /\\.}"
ktap_check "C for interface ${MORE/ /.} is refused" refused c-more jit_template "${MORE/ /\\.}"
ktap_check "Rust for interface ${NEXT/ /.} is refused" refused rust-next jit_template_rust "${NEXT/ /\\.}"
vm_test_end
