# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2054
#
# What the scripts know about the architectures that they build for and boot.
# ARCH says which one, as in a kernel tree; the default is this host's.
# JITALLOC_ARCH carries it into the sandbox and into the virtual machine, since
# what kbuild itself makes of ARCH is the business of the kernel's tree.

JITALLOC_ARCH=${ARCH:-${JITALLOC_ARCH:-x86}}
case $JITALLOC_ARCH in
x86 | x86_64 | amd64)
	JITALLOC_ARCH=x86
	DEB_ARCH=amd64
	FLAVOUR=cloud-amd64
	QEMU_MACHINE=(qemu-system-x86_64 -machine q35,memory-backend=mem,vmport=off)
	CPU_MODEL=max
	CONSOLE_TTY=ttyS0
	;;
arm64 | aarch64)
	JITALLOC_ARCH=arm64
	DEB_ARCH=arm64
	FLAVOUR=cloud-arm64
	# Of the pointer authentication algorithms the default costs most of the time
	# of a boot.
	QEMU_MACHINE=(qemu-system-aarch64 -machine virt,gic-version=3,memory-backend=mem)
	CPU_MODEL=max,pauth-impdef=on
	CONSOLE_TTY=ttyAMA0
	;;
arm | armhf)
	JITALLOC_ARCH=arm
	DEB_ARCH=armhf
	FLAVOUR=armmp
	QEMU_MACHINE=(qemu-system-arm -machine virt,highmem=off,memory-backend=mem)
	CPU_MODEL=cortex-a15
	CONSOLE_TTY=ttyAMA0
	;;
*)
	echo "jitalloc: ARCH=$JITALLOC_ARCH: the scripts know x86, arm64 and arm" >&2
	exit 1
	;;
esac
unset ARCH

# Where modules are built, and where tests and virtual machines leave their
# files: for the host's own architecture beside the sources, and in build/.
if [ "$JITALLOC_ARCH" = x86 ]; then
	JITALLOC_MODDIR=$TOP
	OUTDIR=$TOP/build
else
	JITALLOC_MODDIR=$TOP/build/$JITALLOC_ARCH
	OUTDIR=$TOP/build/$JITALLOC_ARCH
fi
# Another kernel's modules: one that scripts/debug-kernel makes, or of a series
if [ "$JITALLOC_ARCH" = x86 ] && [[ ${JITALLOC_KERNEL:-} =~ ^(kasan|kfence|[0-9]+\.[0-9]+)$ ]]; then
	JITALLOC_MODDIR=$TOP/build/$JITALLOC_KERNEL
	OUTDIR=$TOP/build/$JITALLOC_KERNEL
fi
export JITALLOC_ARCH JITALLOC_MODDIR
