# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A tree (KDIR) that Rust modules are built against, made of the source package of
# Debian's kernel, and of the configuration and symbol table of its headers
# package: Debian's headers ship none of the Rust metadata. scripts/kdir-gates
# decides whether the result is the same as what Debian built. Source it after
# lib.sh, when LOG names a log.

# Changes when trees that were made before are not as good.
# shellcheck disable=SC2034 # its users' variable
RECIPE=2

# The sources of other architectures; arm64 has some in arch/arm.
foreign() {
	local v

	for v in alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc \
		powerpc riscv s390 sh sparc um xtensa x86; do
		case $JITALLOC_ARCH:$v in
		x86:x86 | arm64:arm | arm64:arm64 | arm:arm) ;;
		*) printf '%s\n' "arch/$v/*."{c,h,S,dts,dtsi} ;;
		esac
	done
}

# What no module needs of the source: most of it. Kconfig files and makefiles
# all stay, for the configuration must come out the same, and drivers/base,
# which the kernel crate's bindings include; and kselftest, for our own tests.
spare() {
	printf '%s\n' drivers/'[!b]*.[chS]' drivers/'b[!a]*.[chS]' sound/'*.[chS]' fs/'*.[chS]' 'net/*.[chS]' \
		Documentation/'*.'{rst,yaml,txt,svg,dot} drivers/'*.asm' 'tools/perf' \
		'tools/testing/selftests/[!k]*/*' 'tools/testing/selftests/k[!s]*/*'
	foreign
}

# unpack_source DIR NAME: Debian's tarball of the source, on standard input
unpack_source() {
	local v x=()

	while IFS= read -r v; do
		x+=(--exclude="$2/$v")
	done < <(spare)
	mkdir -p "$1"
	xz -dc 2>>"$LOG" |
		tar -x -C "$1" --strip-components=1 --wildcards --wildcards-match-slash --anchored "${x[@]}" >>"$LOG" 2>&1
}

# prepare_tree DIR HEADERS RELEASE: the source in DIR becomes the tree; what the
# gates compare it with is kept in DIR/debian
prepare_tree() {
	local dir=$1 hdr=$2 line rc=0

	[ -s "$hdr/include/generated/rustc_cfg" ] || die "the package linux-headers-$3 has no rustc_cfg"
	# kbuild reads .kernelvariables: release, architecture and compiler stay right in
	# every later build against the tree, vermagic depends on it.
	mkdir "$dir/debian" &&
		cp "$hdr/.config" "$dir/debian/config" &&
		cp "$hdr/Module.symvers" "$hdr/include/generated/rustc_cfg" "$dir/debian/" &&
		printf '%s\n' "$3" >"$dir/debian/release" &&
		cp "$hdr/.config" "$hdr/Module.symvers" "$hdr/vmlinux" "$hdr/.kernelvariables" "$dir/" ||
		die "cannot copy the headers of $3 to $dir"

	note "preparing the tree (about a minute)"
	logged "$LOG" make -C "$dir" -j"$(nproc)" olddefconfig || rc=$?
	[ "$rc" -ne 0 ] || make -C "$dir" -j"$(nproc)" modules_prepare 2>&1 </dev/null |
		while IFS= read -r line; do
			printf '%s\n' "$line" >>"$LOG"
			case $line in
			*'RUSTC L rust/core.o'* | *'RUSTC L rust/bindings.o'* | *'RUSTC L rust/kernel.o'*)
				note "  compiling ${line##* }"
				;;
			esac
		done || rc=$?
	[ "$rc" -eq 0 ] ||
		die "cannot prepare the tree: $(why "$LOG" "$( grep -v '^+' "$LOG" | grep -m 1 -iE '\berror\b' || echo "make failed")"); see $LOG"
	JITALLOC_CROSS=${JITALLOC_ARCH#x86} "$TOP/scripts/kdir-gates" "$dir"
}
