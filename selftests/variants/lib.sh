# SPDX-License-Identifier: GPL-2.0
#
# Variants of the module: built from the same sources, but for one change that
# stands for a kernel or an architecture that we do not have here.

VARIANTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/variants

# load_variant NAME
load_variant() {
	if [ ! -f "$VARIANTS/$1.ko" ]; then
		ktap_print_msg "variant $1 has not been built (variants/build.sh)"
		return 1
	fi
	insmod "$VARIANTS/$1.ko"
}
