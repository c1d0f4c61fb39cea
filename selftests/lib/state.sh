# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the allocator could leave behind when it is unloaded, or has not been loaded.
# Source it after module.sh.

# module_state: all that is to be the same before and after
module_state() {
	echo "mappings:"
	allocator_mappings
	echo "slab caches:"
	awk 'NR > 2 { print $1 }' /proc/slabinfo | sort
	echo "modules:"
	awk '{ print $1, $3 }' /proc/modules | sort
	echo "debugfs:"
	ls "$DEBUGFS"
	echo "kprobes:"
	cat "$DEBUGFS/kprobes/list"
}

# symbol_state: the kernel's symbols, of which there are many
symbol_state() {
	grep -c . /proc/kallsyms
	! grep -F '[jitalloc]' /proc/kallsyms
}
