#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both samples, on an unmodified kernel. To be run as root in the virtual
# machine; fails if one of them does.

set -e

HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/.." && pwd)
# Where the modules were built
MODDIR=${JITALLOC_MODDIR:-$TOP}

cat <<EOT

This is Linux $(uname -r), as Debian built it. No loadable module can
get memory for code that it generates there, until jitalloc is loaded:

  # insmod rust/jitalloc.ko

EOT
insmod "$MODDIR/rust/jitalloc.ko"

"$HERE/kprobe/demo.sh"
echo
"$HERE/bpf/demo.sh"

wx=$(cat /sys/kernel/debug/check_wx_pages)
rmmod jitalloc
cat <<EOT

Both gave exactly the kernel's own answers. Pages of this kernel that are
writable and executable at once: $([ "$wx" = SUCCESS ] && echo none || echo "$wx").
EOT
[ "$wx" = SUCCESS ]
