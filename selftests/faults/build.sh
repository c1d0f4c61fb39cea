#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the module with its points at which faults are injected, for the other
# scripts to load; nothing of them is in the ordinary one.
#
# boot: none
# timeout: 300
# arch: x86 arm64: it is built for the architecture that the others run on
# kernel: stock kasan kfence: and for the kernel

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../variants/lib.sh"

TOPDIR=$(cd "$(dirname "$0")/../.." && pwd)
MODDIR=${JITALLOC_MODDIR:-$TOPDIR}
KDIR=${KDIR:-$("$TOPDIR/scripts/kernel" kdir)}

# build NAME [VARIABLE=VALUE...]: the sources as they are
build() {
	local name=$1 tree=$VARIANTS/$1.tree

	shift
	mkdir -p "$tree"
	rm -f "$VARIANTS/$name.ko"
	rsync -r --checksum --delete --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' \
		--exclude='.*.cmd' --exclude=abi_generated.rs \
		"$TOPDIR/rust" "$TOPDIR/include" "$tree"
	printf 'subdir-ccflags-y := -I$(src)/include\nobj-m += rust/\n' >"$tree/Kbuild"
	make -C "$KDIR" M="$tree" JITALLOC_FAULTS=y "$@" modules >"$VARIANTS/$name.log" 2>&1 || {
		tail -20 "$VARIANTS/$name.log"
		return 1
	}
	cp "$tree/rust/jitalloc.ko" "$VARIANTS/$name.ko"
}

# symbols FILE
symbols() {
	nm "$1" | awk '{ print $NF }' | grep -c '^jit_fault'
}

names=(faults)
[ "${JITALLOC_ARCH:-x86}" != x86 ] || names+=(faults_poke)
ktap_print_header
ktap_set_plan $((${#names[@]} + 3))
ktap_check "the module with its points is built" build faults
[ "${JITALLOC_ARCH:-x86}" != x86 ] ||
	ktap_check "so is the least port's" build faults_poke JITALLOC_PORT=poke
ktap_check "no warning is among what was said" \
	eval '! grep -E "warning(\[|:)" "$VARIANTS"/faults*.log'
ktap_check "it has symbols of them" test "$(symbols "$VARIANTS/faults.ko")" -ge 3
ktap_check_equal "the ordinary one has none" "$(symbols "$MODDIR/rust/jitalloc.ko")" 0
ktap_finished
