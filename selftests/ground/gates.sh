#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every gate of a prepared kernel tree refuses what it is there to refuse: the
# files that the gates read are copied, one of them is spoiled, one line must
# say so.
#
# boot: none
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)

KDIR=$("$TOP/scripts/kernel" kdir) || exit 1
COPY=$(mktemp -d)
trap 'rm -rf "$COPY"' EXIT

fresh() {
	rm -rf "$COPY"
	mkdir -p "$COPY"/{include/config,include/generated,rust,debian}
	cp "$KDIR"/{.config,Module.symvers} "$COPY/"
	cp "$KDIR"/debian/* "$COPY/debian/"
	cp "$KDIR/include/config/kernel.release" "$COPY/include/config/"
	cp "$KDIR"/include/generated/{rustc_cfg,utsrelease.h} "$COPY/include/generated/"
	cp "$KDIR"/rust/exports_{core,bindings,kernel,helpers}_generated.h "$COPY/rust/"
}

# refused NAME GATE: the spoiled copy is refused, by that gate, in one line
refused() {
	local out status

	out=$(RUSTC=${RUSTC:-} "$TOP/scripts/kdir-gates" "$COPY" 2>&1)
	status=$?
	if [ "$status" -eq 1 ] && [ "$(printf '%s\n' "$out" | wc -l)" -eq 1 ] &&
	   [[ $out == "jitalloc: kernel: gate $2: "* ]]; then
		ktap_print_msg "$out"
		ktap_test_pass "$1"
	else
		ktap_print_msg "status $status: $out"
		ktap_test_fail "$1"
	fi
	fresh
}

ktap_print_header
ktap_set_plan 19
fresh

ktap_check "the prepared tree passes" "$TOP/scripts/kdir-gates" "$KDIR"
ktap_check "its copy passes" "$TOP/scripts/kdir-gates" "$COPY"

printf '#!/bin/sh\necho "rustc 1.85.2 (4eb161250 2025-03-15)"\n' >"$COPY/rustc"
chmod +x "$COPY/rustc"
RUSTC=$COPY/rustc refused "another compiler" compiler
RUSTC=$COPY/absent refused "no compiler" compiler
sed -i '/RUSTC_VERSION_TEXT/d' "$COPY/debian/config"
refused "a kernel without Rust" compiler

echo 7.3.4 >"$COPY/include/config/kernel.release"
refused "another release" release
sed -i 's/+deb13/+local/' "$COPY/include/generated/utsrelease.h"
refused "another release in utsrelease.h" release

sed -i 's/^CONFIG_SMP=y/# CONFIG_SMP is not set/' "$COPY/.config"
refused "an option switched off" config
echo 'CONFIG_NEW_OPTION=y' >>"$COPY/.config"
refused "an option that the package does not know" config
sed -i 's/^CONFIG_NR_CPUS=.*/CONFIG_NR_CPUS=3/' "$COPY/.config"
refused "another value" config
sed -i 's/^CONFIG_MODULE_SIG_KEY=.*/CONFIG_MODULE_SIG_KEY="elsewhere"/; s/^CONFIG_BUILD_SALT=.*/CONFIG_BUILD_SALT="x"/' "$COPY/.config"
ktap_check "the path of the signing key and the build salt may differ" "$TOP/scripts/kdir-gates" "$COPY"
fresh

sed -i '/CONFIG_SMP/d' "$COPY/include/generated/rustc_cfg"
refused "an option that Rust code does not see" rustc_cfg
echo '--cfg=CONFIG_NEW_OPTION' >>"$COPY/include/generated/rustc_cfg"
refused "an option that only Rust code sees" rustc_cfg

sed -i '1d' "$COPY/Module.symvers"
refused "another Module.symvers" symvers

sed -i '1s/write/wrote/' "$COPY/rust/exports_core_generated.h"
refused "another mangled name" exports
sed -i '1d' "$COPY/rust/exports_kernel_generated.h"
refused "a symbol that the tree lacks" exports
echo 'EXPORT_SYMBOL_RUST_GPL(_RNvCs0_6kernel3new);' >>"$COPY/rust/exports_kernel_generated.h"
refused "a symbol that the kernel lacks" exports

: >"$COPY/rust/exports_helpers_generated.h"
refused "an empty export list" files
rm "$COPY/include/generated/rustc_cfg"
refused "no rustc_cfg" files

ktap_finished
