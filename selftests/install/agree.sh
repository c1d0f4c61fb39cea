#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which kernels jitalloc is for, and which version it is, stands in several files,
# each in a language of its own: they say the same.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
cd "$TOP" || exit 1

# value FILE EXPRESSION: the one line that it finds, or what there is instead
value() {
	sed -n "s/$2/\1/p" "$1" | paste -sd ' '
}

OLDEST=$(value scripts/dkms '^OLDEST=\(.*\)$')
NEWEST=$(value scripts/dkms '^NEWEST=\(.*\)$')
VERSION=$(value dkms.conf '^PACKAGE_VERSION="\(.*\)"$')

# All series from the oldest to the newest, which are of one major version.
series() {
	seq -f "${OLDEST%%.*}.%g" "${OLDEST#*.}" "${NEWEST#*.}"
}

ktap_print_header
ktap_set_plan 9

ktap_check "there is a range of kernels ($OLDEST to $NEWEST)" \
	eval '[[ $OLDEST =~ ^[0-9]+\.[0-9]+$ && $NEWEST =~ ^[0-9]+\.[0-9]+$ && ${OLDEST%%.*} = "${NEWEST%%.*}" ]]'
ktap_check_equal "DKMS leaves out what is older" \
	"$(value dkms.conf '^BUILD_EXCLUSIVE_KERNEL_MIN="\(.*\)"$')" "$OLDEST"
ktap_check_equal "the package depends on the source of each" \
	"$(value debian/control '^ *\(linux-source-.*\),$')" \
	"$(series | sort -rV | sed 's/^/linux-source-/' | paste -sd '|' | sed 's/|/ | /g')"
ktap_check_equal "and waits for each" \
	"$(value debian/jitalloc-dkms.triggers '^interest-noawait \/usr\/src\/linux-source-\(.*\)\.tar\.xz$')" \
	"$(series | paste -sd ' ')"
ktap_check "the newest is the one that is tested" \
	grep -qE "^ +$NEWEST(\.[0-9]+)? and $OLDEST(\.[0-9]+)?$" README.rst
ktap_check "Documentation/install.rst names them" \
	grep -qF "a kernel of \`\`trixie-backports\`\`, $OLDEST or $NEWEST." Documentation/install.rst

ktap_check "there is a version ($VERSION)" test -n "$VERSION"
ktap_check_equal "the module has it" "$(value rust/boundary/exports.c '^MODULE_VERSION("\(.*\)");$')" "$VERSION"
ktap_check_equal "the packages have it" "$(value debian/changelog '^jitalloc (\([^)]*\)) .*$' | cut -d ' ' -f 1)" "$VERSION"
ktap_finished
