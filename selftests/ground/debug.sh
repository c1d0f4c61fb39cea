#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A debug kernel is there whole or not at all: one whose configuration is not
# what was asked for, or that does not build, is refused in one line. The kernel
# here is a makefile.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
DEBS=$WORK/debs
CACHE=$WORK/cache
. "$TOP/scripts/arch.sh"
R=7.9.1+deb13-$FLAVOUR

# package NAME ARCH: of what is in $WORK/root
package() {
	mkdir -p "$WORK/root/DEBIAN" "$DEBS"
	printf 'Package: %s\nVersion: 7.9.1-1\nArchitecture: %s\nMaintainer: none <none@localhost>\nDescription: none\n' \
		"$1" "$2" >"$WORK/root/DEBIAN/control"
	dpkg-deb --build "$WORK/root" "$DEBS/$1_7.9.1-1_$2.deb" >/dev/null
	rm -rf "$WORK/root"
}

# kernel: its source, of the makefile on stdin
kernel() {
	local src=$WORK/linux-source-7.9

	mkdir -p "$src" "$WORK/root/usr/src"
	cat >"$src/Makefile"
	tar -cJf "$WORK/root/usr/src/linux-source-7.9.tar.xz" -C "$WORK" linux-source-7.9
	package linux-source-7.9 all
}

# of KIND VERB [VARIABLE...]: what scripts/kernel says
of() {
	env JITALLOC_CACHE="$CACHE" JITALLOC_DEBS="$DEBS" JITALLOC_KERNEL="$1" "${@:3}" \
		"$TOP/scripts/kernel" "$2" 2>&1 | grep -v ' s\] '
}

# refused NAME KIND VERB TEXT [VARIABLE...]: in one line, and nothing is left to be used
refused() {
	local out

	out=$(of "$2" "$3" "${@:5}")
	ktap_print_msg "$out"
	[[ $out == "jitalloc: "*"$4"* ]] && [ "$(wc -l <<<"$out")" -eq 1 ] &&
		! ls -d "$CACHE"/debug-*[0-9a-f] >/dev/null 2>&1
	ktap_test_result "$1" $?
}

# Makes what a kernel's own would; $1 is what allnoconfig does, $2 what bzImage does.
makefile() {
	# shellcheck disable=SC2016 # make's variable
	printf '%s\n' allnoconfig: "	$1" bzImage: "	@$2" modules: \
		modules_install: '	mkdir -p $(INSTALL_MOD_PATH)/lib/modules/7.9.1-x' \
		kernelrelease: '	@echo 7.9.1-x'
}
# shellcheck disable=SC2016 # make's variables
CONFIG='cat $(KCONFIG_ALLCONFIG) >.config'
# shellcheck disable=SC2016
IMAGE='mkdir -p arch/x86/boot && echo $(LLVM) >arch/x86/boot/bzImage'

ktap_print_header
ktap_set_plan 9

for v in headers binary modules base; do
	package "linux-$v-$R" "$DEB_ARCH"
done
refused "it is for one architecture" kasan image "is one of x86" ARCH=arm64
refused "it is not updated" kasan update "usage: "
makefile "$CONFIG && sed -i /CONFIG_RUST=/d .config" "$IMAGE" | kernel
refused "a line that the kernel does not take" kasan image "configuration of kasan: CONFIG_RUST=y"
makefile "$CONFIG && echo CONFIG_DEBUG_KMEMLEAK_AUTO_SCAN=y >>.config" "$IMAGE" | kernel
refused "an option that cannot be switched off" kasan image \
	"kasan: # CONFIG_DEBUG_KMEMLEAK_AUTO_SCAN is not set"
makefile "$CONFIG" "echo oh: error: no 1>&2; false" | kernel
refused "one that does not build" kasan image "(bzImage): oh: error: no"
makefile "$CONFIG" "$IMAGE" | kernel
image=$(of kasan image)
ktap_check_equal "one that builds is there" "$(basename "$image")" bzImage
ktap_check_equal "built by clang" "$(cat "$image")" -19
ktap_check_equal "its modules have their release" "$(basename "$(of kasan modules)")" 7.9.1-x
makefile false false | kernel
ktap_check_equal "it is not built again" "$(of kasan image)" "$image"
ktap_finished
