# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Modules of others: copies of the templates, built outside of the tree.

OTHERS=${JITALLOC_MODDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/build/install

# version PART: of the interface, as the header has it
version() {
	sed -n "s/^#define JIT_ALLOC_VERSION_$1\t\([0-9]*\)\$/\1/p" "${BASH_SOURCE[0]%/*}/../../include/linux/jitalloc.h"
}

# The interface that there is, and the two nearest that it does not fit
MAJOR=$(version MAJOR) MINOR=$(version MINOR)
NEXT="$((MAJOR + 1)) 0"
MORE="$MAJOR $((MINOR + 1))"
