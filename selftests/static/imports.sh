#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Rust files keep to the floors, and a tree that does not is found.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

TREE=$OUT/imports
TOP_OF_TREE=$TOPDIR/rust
SOURCES=(.)
CHECKER=imports.py

ktap_print_header
ktap_set_plan 26
ktap_check "the tree is in order" python3 "$TOPDIR/scripts/imports.py" "$TOPDIR/rust"

check "an import that goes up is found" memory/text.rs \
	'0,/^use crate/s//use crate::pool::Pool;\n&/' '^memory/text.rs:[0-9]*: up: memory uses pool::Pool$'
check "one in the middle of others" memory/budget.rs \
	'0,/^use kernel/s//use crate::{\n    sys::vec,\n    allocator::{self, Allocator},\n};\n&/' \
	'^memory/budget.rs:[0-9]*: up: memory uses allocator::Allocator$'
check "one in the middle of code" sys/vec.rs \
	's/^fn flags.*/&\n    let _ = crate::placement::policy::GRAIN;/' '^sys/vec.rs:[0-9]*: up: sys uses placement'
check "but not one in a comment" sys/vec.rs \
	'0,/^use core/s//\/\/ use crate::pool::Pool;\n&/' '^$'
check "nor in one inside another" sys/vec.rs \
	'0,/^use core/s//\/* a \/* b *\/ use crate::pool::Pool; *\/\n&/' '^$'
check "one behind a raw string" sys/vec.rs \
	'0,/^use core/s//const A: \&str = r#"a " b"#; use crate::pool::Pool;\n&/' '^sys/vec.rs:[0-9]*: up: sys uses pool::Pool$'
check "one through super" sys/vec.rs \
	'0,/^use core/s//use super::super::pool::Pool;\n&/' '^sys/vec.rs:[0-9]*: up: sys uses pool::Pool$'
check "the root, which is no floor" sys/vec.rs \
	'0,/^use core/s//use crate::Jitalloc;\n&/' '^sys/vec.rs:[0-9]*: up: sys uses crate::Jitalloc, '
check "two files that use each other are found" placement/record.rs \
	'0,/^use core/s//use crate::placement::records::Window;\n&/' '^placement/record.*: circle: .*records'
check "a pure file that uses the kernel is found" placement/map.rs \
	'0,/^use core/s//use kernel::prelude::*;\n&/' '^placement/map.rs:[0-9]*: pure: kernel::prelude$'
check "so is one that does in the middle of code" placement/map.rs \
	'$s/$/\nfn f() { ::kernel::build_assert!(true) }/' '^placement/map.rs:[0-9]*: pure: kernel::build_assert$'
check "so is one that uses another floor" placement/block.rs \
	'0,/^use crate/s//use crate::sys::vec;\n&/' '^placement/block.rs:[0-9]*: pure: sys::vec$'
check "so is a row" arch/x86/params.rs \
	'0,/^use crate/s//use crate::sys::abi;\n&/' '^arch/x86/params.rs:[0-9]*: pure: sys::abi$'
check "the name of an architecture is found" allocator/free.rs \
	'$s/$/\n\/\/ Only on x86./' '^allocator/free.rs:[0-9]*: names: x86$'
check "so is a header of one, in C" sys/helpers.c \
	'0,/^#include/s//#include <asm\/msr.h>\n&/' '^sys/helpers.c:[0-9]*: names: asm/msr.h$'
check "a header with a dash in its name" sys/helpers.c \
	'0,/^#include/s//#include <asm\/text-patching.h>\n&/' '^sys/helpers.c:[0-9]*: names: asm/text-patching.h$'
check "an instruction as a part of a name" sys/helpers.c \
	'$s/$/\n\/* INT3_INSN_SIZE *\//' '^sys/helpers.c:[0-9]*: names: INT3$'
check "a function of one, too" sys/helpers.c \
	'$s/$/\n\/* jit_kfn_use_temporary_mm() *\//' '^sys/helpers.c:[0-9]*: names: temporary_mm$'
check "an architecture in a Kbuild that chooses nothing by it" Kbuild \
	'$s/$/\nccflags-$(CONFIG_X86_64) += -DA/' '^Kbuild:[0-9]*: names: X86$'
check "what a port does not give is found" arch/poke.rs \
	's/HAS_LARGE_TEXT/HAS_HUGE_TEXT/' '^arch/poke.rs: port: HAS_LARGE_TEXT is missing$'
check "so is what it gives besides" arch/poke.rs \
	's/HAS_LARGE_TEXT/HAS_HUGE_TEXT/' '^arch/poke.rs: port: HAS_HUGE_TEXT is not asked for$'
check "by its last name" arch/poke.rs \
	'$s/$/\npub(crate) use layout::{layout as other};/' '^arch/poke.rs: port: other is not asked for$'
check "a trait, too" arch/poke.rs \
	'$s/$/\npub(crate) trait Other {}/' '^arch/poke.rs: port: Other is not asked for$'
check "a port that arch.rs does not have" arch.rs \
	's/^mod poke;//' '^arch.rs: port: poke is in no mod line$'
check "so is a directory that is no floor" jitalloc_main.rs \
	's/^\/\/!     memory .*/\/\/!/' '^memory.rs: figure: '
ktap_finished
