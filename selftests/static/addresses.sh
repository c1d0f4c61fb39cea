#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No format shows a kernel address but those that are listed, and one that does is
# found.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

TREE=$OUT/addresses
TOP_OF_TREE=$TOPDIR
SOURCES=(rust samples include)
CHECKER=addresses.py

ktap_print_header
ktap_set_plan 6
ktap_check "the tree shows none" python3 "$TOPDIR/scripts/addresses.py" "$TOPDIR"
check "a pointer as it is is found" rust/sys/helpers.c \
	's/jitalloc: %pS: %s: %p\\n/jitalloc: %pS: %s: %px\\n/' \
	'^rust/sys/helpers.c:[0-9]*: %px may show an address$'
check "an address as a number is found" rust/boundary/owners.c \
	's/%s has left %lu caches/%s has left %#lx caches/' \
	'^rust/boundary/owners.c:[0-9]*: %#lx may show an address$'
check "in Rust, too" rust/boundary/options.rs \
	's/{name}={value}/{name}={value:#x}/' \
	'^rust/boundary/options.rs:[0-9]*: {value:#x} may show an address$'
check "and a pointer" rust/boundary/options.rs \
	's/{name}={value}/{name}={value:p}/' \
	'^rust/boundary/options.rs:[0-9]*: {value:p} may show an address$'
check "but not a name" rust/boundary/owners.c \
	's/%s has left %lu caches/%pS has left %lu caches/' '^$'
ktap_finished
