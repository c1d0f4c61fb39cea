#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The templates are copied out of the tree and built by make, against the tree and
# against what the packages install. The copies are loaded by others.sh.
#
# boot: none
# timeout: 300
# arch: x86 arm64 arm: each is built for the architecture that it is for

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)

KDIR=${KDIR:-$("$TOP/scripts/kernel" kdir)} || exit 1
BUILT=$OTHERS/built

# copy TEMPLATE NAME
copy() {
	rm -rf "${OTHERS:?}/$2"
	cp -r "$TOP/samples/$1" "$OTHERS/$2"
}

# against_tree NAME [ARG...]
against_tree() {
	make -C "$OTHERS/$1" JITALLOC="$TOP/include" KDIR="$KDIR" "${@:2}"
}

# against_installed NAME INCLUDE [ARG...]: without a tree above the headers
against_installed() {
	make -C "$OTHERS/$1" JITALLOC="$2" KDIR="$KDIR" JITALLOC_BUILT="$BUILT" "${@:3}"
}

# interface NAME MAJOR MINOR: headers as an other version of jitalloc has them
interface() {
	rm -rf "${OTHERS:?}/$1"
	cp -r "$TOP/include" "$OTHERS/$1"
	sed -i -e "s/^\(#define JIT_ALLOC_VERSION_MAJOR\).*/\1 $2/" \
		-e "s/^\(#define JIT_ALLOC_VERSION_MINOR\).*/\1 $3/" "$OTHERS/$1/linux/jitalloc.h"
	sed -i "s/^\(pub(crate) const VERSION: u32 =\).*/\1 $(printf '0x%x%04x' "$2" "$3");/" "$OTHERS/$1/rust/jitalloc.rs"
}

# is_silent COMMAND...: the compilers have nothing to say
is_silent() {
	local out

	out=$("$@" 2>&1) || { echo "$out" && return 1; }
	out=$(grep -E '(^|[: ])(warning|error)(\[|:)|WARNING:|ERROR:' <<<"$out") || return 0
	echo "$out"
	return 1
}

# refused TEXT COMMAND...: in one line, but for that of make
refused() {
	local out

	! out=$("${@:2}" 2>&1) || { echo "it succeeds" && return 1; }
	out=$(grep -v '^make' <<<"$out")
	[[ $out == "$1" ]] || { echo "$out" && return 1; }
}

ktap_print_header
ktap_set_plan 10
mkdir -p "$BUILT"
cp "${JITALLOC_MODDIR:-$TOP}/Module.symvers" "$BUILT/" ||
	ktap_exit_fail_msg "jitalloc has not been built"
# shellcheck disable=SC2086 # two numbers
{
	interface include "$MAJOR" 0
	interface next $NEXT
	interface more $MORE
}

copy template c
copy template-rust rust
ktap_check "C, against the tree" is_silent against_tree c W=1
ktap_check "Rust, against the tree" is_silent against_tree rust CLIPPY=1
for version in include next more; do
	copy template "c-$version"
	ktap_check "C, against installed headers ($version)" \
		is_silent against_installed "c-$version" "$OTHERS/$version" W=1
done
copy template-rust rust-next
ktap_check "Rust, against installed headers (next)" \
	is_silent against_installed rust-next "$OTHERS/next" CLIPPY=1

# Editors
ktap_check "rust-analyzer's project is written" against_installed rust-next "$OTHERS/next" rust-analyzer
ktap_check "it has the module, and the kernel crate" python3 - "$OTHERS/rust-next/rust-project.json" <<'EOF'
import json, os, sys
crates = json.load(open(sys.argv[1]))["crates"]
os.chdir(os.path.dirname(sys.argv[1]))
roots = {c["display_name"]: c["root_module"] for c in crates}
assert os.path.isfile(roots["jit_template_rust"]), roots
assert os.path.isfile(roots["kernel"]), roots
EOF

rm "$BUILT/Module.symvers"
ktap_check "a kernel without jitalloc is named" \
	refused "jitalloc has not been built for the kernel 7.0-none: 'dkms status jitalloc' says for which ones, RELEASE= chooses one" \
	against_installed c-include "$OTHERS/include" RELEASE=7.0-none
ktap_check "a directory that is no module is named" \
	refused "jitalloc: build: $OTHERS is no directory of a module: it has no Kbuild" \
	"$TOP/scripts/build" --module "$OTHERS"
ktap_finished
