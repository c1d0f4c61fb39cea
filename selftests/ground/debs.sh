#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel is made of packages that the user has fetched himself, and a directory
# that does not have them is refused in one line.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
DEBS=$WORK/debs
. "$TOP/scripts/arch.sh"

# package NAME VERSION ARCH [FILE]: into the directory, with a file or without
package() {
	local root=$WORK/root

	rm -rf "$root"
	mkdir -p "$root/DEBIAN" "$DEBS"
	printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: none <none@localhost>\nDescription: none\n' \
		"$1" "$2" "$3" >"$root/DEBIAN/control"
	if [ -n "${4-}" ]; then
		mkdir -p "$root/$(dirname "$4")"
		echo "$1 $2" >"$root/$4"
	fi
	dpkg-deb --build "$root" "$DEBS/$1_${2}_$3.deb" >/dev/null
}

# kernel RELEASE VERSION [ARCH]: all packages of one
kernel() {
	local arch=${3-$DEB_ARCH}

	package "linux-headers-$1" "$2" "$arch"
	package "linux-binary-$1" "$2" "$arch" "usr/lib/modules/$1/vmlinuz"
	package "linux-modules-$1" "$2" "$arch" "usr/lib/modules/$1/modules.order"
	package "linux-base-$1" "$2" "$arch"
	package "linux-source-$(printf '%s' "$1" | cut -d . -f 1,2)" "$2" all
}

# of VERB [VARIABLE...]: what scripts/kernel says, with a cache of its own
of() {
	rm -rf "$WORK/cache"
	env JITALLOC_CACHE="$WORK/cache" JITALLOC_DEBS="$DEBS" "${@:2}" \
		"$TOP/scripts/kernel" "$1" 2>&1
}

# is NAME VERB ANSWER
is() {
	ktap_check_equal "$1" "$(of "$2" | grep -v ' s\] ')" "$3"
}

# refused NAME VERB TEXT [VARIABLE...]: in one line
refused() {
	local out status

	out=$(of "$2" "${@:4}")
	status=$?
	out=$(grep -v ' s\] ' <<<"$out")
	ktap_print_msg "$out"
	[ "$status" -eq 1 ] && [[ $out == "jitalloc: kernel: "*"$3"* ]] &&
		[ "$(wc -l <<<"$out")" -eq 1 ]
	ktap_test_result "$1" $?
}

ktap_print_header
ktap_set_plan 14

refused "no directory is refused" release "is no directory" JITALLOC_DEBS="$WORK/absent"
mkdir "$DEBS"
refused "an empty one is refused" release "has no packages of a kernel"
echo damaged >"$DEBS/linux-headers-7.9.1+deb13-${FLAVOUR}_1_all.deb"
refused "a damaged package is refused" release "it is no package, or a damaged one"
rm "$DEBS"/*

kernel "7.9.1+deb13-$FLAVOUR" 7.9.1-1 sparc64
refused "those of another architecture are none" release "kernel with a matching source package"
rm "$DEBS"/*
kernel "7.9.1+deb13-$FLAVOUR" 7.9.1-1
is "the kernel is found" release "7.9.1+deb13-$FLAVOUR"
ktap_check_equal "its image is unpacked" \
	"$(cat "$(of image | tail -n 1)")" "linux-binary-7.9.1+deb13-$FLAVOUR 7.9.1-1"
ktap_check "the packages are still there" test -s "$DEBS/linux-base-7.9.1+deb13-${FLAVOUR}_7.9.1-1_$DEB_ARCH.deb"
kernel "7.9.12+deb13-$FLAVOUR" 7.9.12-1
is "of two kernels the newer is taken" release "7.9.12+deb13-$FLAVOUR"
kernel "7.8.3+deb13-$FLAVOUR" 7.8.3-1
ktap_check_equal "of one series, the newest of that" \
	"$(of release JITALLOC_KERNEL=7.8 | grep -v ' s\] ')" "7.8.3+deb13-$FLAVOUR"
refused "a series that is not there is refused" release "has no 7.7 $FLAVOUR kernel" JITALLOC_KERNEL=7.7
rm "$DEBS"/linux-*7.8*
rm "$DEBS"/linux-source-*_7.9.12-1_all.deb
is "but not without its source" release "7.9.1+deb13-$FLAVOUR"
refused "nor when it is asked for" kdir "has no linux-source-7.9 of that version" \
	JITALLOC_KERNEL="7.9.12+deb13-$FLAVOUR"
refused "a kernel that is not there is refused" image "does not have the kernel 7.8.1" \
	JITALLOC_KERNEL="7.8.1+deb13-$FLAVOUR"
rm "$DEBS"/linux-base-*
refused "a missing package is named" image "has no linux-base-7.9.1+deb13-$FLAVOUR of that version" \
	JITALLOC_KERNEL="7.9.1+deb13-$FLAVOUR"
ktap_finished
