#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The sandbox keeps the host out, and making one fails in one clear line when
# something is missing. (Tests run inside a sandbox; from there, another one is
# asked for with a cache of its own.)
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
TMP=$(mktemp -d)
trap 'umount "$TMP"/* 2>/dev/null; rm -rf "$TMP"' EXIT

# fails NAME REGEX CMD...: CMD fails, and its last line (the only one but for
# progress) matches
fails() {
	local name=$1 regex=$2 out status

	shift 2
	out=$(env -u JITALLOC_IN_SANDBOX "$@" 2>&1)
	status=$?
	if [ "$status" -ne 0 ] && [[ ${out##*$'\n'} =~ $regex ]] &&
	   ! printf '%s\n' "$out" | sed '$d' | grep -vqE '^jitalloc: [a-z]+: \[ *[0-9]+ s\]'; then
		ktap_print_msg "${out##*$'\n'}"
		ktap_test_pass "$name"
	else
		ktap_print_msg "status $status: $out"
		ktap_test_fail "$name"
	fi
}

ktap_print_header
ktap_set_plan 16

ktap_check "the compiler is there" rustc --version
ktap_check "and the kernel's C compiler" x86_64-linux-gnu-gcc-14 --version
if touch /usr/x 2>/dev/null; then ktap_test_fail "the root is read-only"; else ktap_test_pass "the root is read-only"; fi
ktap_check "the tree is at its own path" test -e "$TOP/scripts/sandbox"
ktap_check_equal "no toolchain of the host is in the path" "$PATH" \
	/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ktap_check_equal "no variable of the host gets in" "$(FOO=1 RUSTFLAGS=-x env -u JITALLOC_IN_SANDBOX \
	JITALLOC_NO_SANDBOX=1 "$TOP/scripts/sandbox" env 2>/dev/null | grep -cE '^(FOO|RUSTFLAGS)=')" 0
ktap_check "the project's variables do" env -u JITALLOC_IN_SANDBOX JITALLOC_NO_SANDBOX=1 JITALLOC_X=y V=1 \
	"$TOP/scripts/sandbox" sh -c 'test "$JITALLOC_X$V" = y1'

mkdir "$TMP/bin" "$TMP/full" "$TMP/ro"
printf '#!/bin/sh\n[ "$1" != -m ] || exec echo aarch64\nexec /usr/bin/uname "$@"\n' >"$TMP/bin/uname"
chmod +x "$TMP/bin/uname"
fails "another architecture" 'this machine is aarch64' \
	env "PATH=$TMP/bin:$PATH" JITALLOC_CACHE="$TMP/cache" "$TOP/scripts/sandbox" --make
mount -t tmpfs -o size=8m full "$TMP/full"
fails "a full disk" 'not enough disk space: .* MiB free, this step needs' \
	env JITALLOC_CACHE="$TMP/full/cache" "$TOP/scripts/sandbox" --make
mount -t tmpfs -o ro,size=1m ro "$TMP/ro"
fails "a cache that cannot be written" 'cannot write to the cache directory' \
	env JITALLOC_CACHE="$TMP/ro/cache" "$TOP/scripts/sandbox" --make
# /tmp has as much space as there is memory, so this is about the network.
fails "no network" 'cannot (be reached|reach|fetch .*cannot be reached)|not enough disk space' \
	unshare --net env http_proxy= https_proxy= JITALLOC_CACHE="$TMP/cache" "$TOP/scripts/sandbox" --make
fails "a kernel that does not exist" 'does not have the kernel 9.9.9\+deb13|package mirror cannot be reached' \
	env JITALLOC_IN_SANDBOX=1 JITALLOC_KERNEL=9.9.9+deb13-cloud-amd64 "$TOP/scripts/kernel" image
fails "a release that is none" 'is not a kernel release' \
	env JITALLOC_IN_SANDBOX=1 JITALLOC_KERNEL=../../etc "$TOP/scripts/kernel" image
fails "an architecture that nobody knows" 'ARCH=vax: the scripts know' \
	env ARCH=vax "$TOP/scripts/kernel" release
fails "a KDIR that is none" 'is not a kernel tree' env KDIR="$TMP" "$TOP/scripts/build"
mkdir "$TMP/kdir" && : >"$TMP/kdir/Makefile"
fails "a KDIR without Rust metadata" 'has no Rust metadata' env KDIR="$TMP/kdir" "$TOP/scripts/build"

ktap_finished
