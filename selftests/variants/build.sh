#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds the variants of the module that the other scripts load.
#
# boot: none
# timeout: 300
# arch: x86 arm64: each is built for the architecture that it is for
# kernel: stock kasan kfence: and for the kernel

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

TOPDIR=$(cd "$(dirname "$0")/../.." && pwd)
KDIR=${KDIR:-$("$TOPDIR/scripts/kernel" kdir)}
TREE=$VARIANTS/tree
PORT=${JITALLOC_ARCH:-x86}

# A kernel that lacks one of the functions
missing() {
	sed -i '/^static const char \* const kfn_names/,/^};/ s/^};/\t[KFN_execmem_free] = "jit_no_such_function",\n};/' \
		"$TREE/rust/sys/resolve.c"
}

# A kernel that lacks one of those by which code gets its names
nameless() {
	sed -i '/^static const char \* const kfn_names/,/^};/ s/^};/\t[KFN_bpf_ksym_add] = "jit_no_such_function",\n};/' \
		"$TREE/rust/sys/resolve.c"
}

# A kernel that often can't make memory executable
rox_fails() {
	local file=$PORT/kfn.c

	[ "$PORT" = x86 ] || file=set_memory.c
	sed -i '/^int jit_kfn_set_memory_rox(/,/^}/ s/^{$/{\n\tstatic atomic_t calls;\n\n\tif (atomic_inc_return(\&calls) % 8)\n\t\treturn -ENOMEM;/' \
		"$TREE/rust/arch/$file"
}

# A kernel that often has no memory for a table of the registry
table_fails() {
	sed -i 's/^            let table = fault::point!(/            static CALLS: crate::sys::atomic::AtomicU32 =\n                crate::sys::atomic::AtomicU32::new(0);\n\n            if CALLS.fetch_add(1, Relaxed) % 8 != 7 {\n                return Err(ENOMEM);\n            }\n&/' \
		"$TREE/rust/allocator/registry.rs"
}

# A kernel without a cache of text: all of it has to be made
no_cache() {
	sed -i 's/^\t\t\.has_rox_cache = .*/\t\t.has_rox_cache = !IS_ENABLED(CONFIG_ARCH_HAS_EXECMEM_ROX) \&\&/' \
		"$TREE/rust/arch/x86/layout.c"
}

# An architecture with a small range and a fallback: the last 64 pages of the
# module area, then the rest of it. The kernel's cache is in neither.
fallback() {
	if [ "$PORT" = arm64 ]; then
		sed -i -e 's/^\( *\)start: text.0,/\1start: text.1 - 64 * layout.page_size,/' \
			-e 's/^\( *\)fallback_start: fallback.0,/\1fallback_start: text.0 + fallback.0 * 0,/' \
			-e 's/^\( *\)fallback_end: fallback.1,/\1fallback_end: text.1 - 64 * layout.page_size,/' \
			"$TREE/rust/arch/arm64/params.rs"
		return
	fi
	no_cache
	sed -i -e 's/^\( *\)start: layout.modules_start.saturating_add(layout.modules_offset),/\1start: layout.modules_end - 64 * layout.page_size,/' \
		-e 's/^\( *\)fallback_start: 0,/\1fallback_start: layout.modules_start + layout.modules_offset,/' \
		-e 's/^\( *\)fallback_end: 0,/\1fallback_end: layout.modules_end - 64 * layout.page_size,/' \
		"$TREE/rust/arch/x86/params.rs"
}

# An architecture whose table is wrong
bad_row() {
	sed -i -e 's/^\( *\)alignment: layout.modules_align,/\1alignment: 48,/' \
		-e 's/^\( *\)alignment: 1,/\1alignment: 48,/' \
		"$TREE/rust/arch/$PORT/params.rs"
}

# A paravirtualised guest of Xen
xen() {
	sed -i 's/cpu_feature_enabled(X86_FEATURE_XENPV)/!&/' \
		"$TREE/rust/arch/x86/layout.c"
}

# A CPU that has no large pages to map the writer's alias with
small_alias() {
	sed -i 's/return cpu_feature_enabled(X86_FEATURE_PSE)/return !cpu_feature_enabled(X86_FEATURE_PSE)/' \
		"$TREE/rust/arch/x86/port.h"
}

# A port whose alias can be run
exec_alias() {
	sed -i 's/return __pgprot(pgprot_val(PAGE_KERNEL) & ~_PAGE_GLOBAL)/return __pgprot(pgprot_val(PAGE_KERNEL) \& ~(_PAGE_GLOBAL | _PAGE_NX))/' \
		"$TREE/rust/arch/x86/port.h"
}

# The least port in place of the architecture's own
poke() {
	port=poke
}

# Starts from the sources. What the variant before has changed becomes new, so
# that it is built again; the rest is not.
fresh_tree() {
	mkdir -p "$TREE"
	rsync -r --checksum --delete --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' \
		--exclude='.*.cmd' --exclude=abi_generated.rs \
		"$TOPDIR/rust" "$TOPDIR/include" "$TREE"
	printf 'subdir-ccflags-y := -I$(src)/include\nobj-m += rust/\n' \
		>"$TREE/Kbuild.new"
	cmp -s "$TREE/Kbuild.new" "$TREE/Kbuild" ||
		mv "$TREE/Kbuild.new" "$TREE/Kbuild"
}

build_variant() {
	local name=$1 port=

	rm -f "$VARIANTS/$name.ko"
	fresh_tree && "$name" || return 1
	if [ -z "$port" ] && diff -r -x '*.o' -x '*.ko' -x '*.mod*' -x '.*' -x '*generated.rs' \
		"$TOPDIR/rust" "$TREE/rust" >"$VARIANTS/$name.diff"; then
		echo "nothing to change was found in the sources"
		return 1
	fi
	make -C "$KDIR" M="$TREE" JITALLOC_PORT="$port" modules >"$VARIANTS/$name.log" 2>&1 || {
		tail -20 "$VARIANTS/$name.log"
		return 1
	}
	cp "$TREE/rust/jitalloc.ko" "$VARIANTS/$name.ko"
}

names=(missing nameless rox_fails table_fails fallback bad_row)
[ "$PORT" != x86 ] || names+=(no_cache xen small_alias exec_alias poke)
ktap_print_header
ktap_set_plan ${#names[@]}
for name in "${names[@]}"; do
	ktap_check "variant $name is built" build_variant "$name"
done
ktap_finished
