# SPDX-License-Identifier: GPL-2.0
#
# Variants of the module: built from the same sources, but for one change that
# stands for a kernel or an architecture that we do not have here.

VARIANTS=${JITALLOC_MODDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}/build/variants

# load_variant NAME [PARAM=VALUE...]
load_variant() {
	local name=$1

	shift
	if [ ! -f "$VARIANTS/$name.ko" ]; then
		ktap_print_msg "variant $name has not been built (variants/build.sh)"
		return 1
	fi
	insmod "$VARIANTS/$name.ko" "$@"
}
