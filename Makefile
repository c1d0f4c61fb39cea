# SPDX-License-Identifier: GPL-2.0
#
# The user's verbs. Each is one call of a script in scripts/, whose first lines
# say how it works; what kbuild needs is in Kbuild.

SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
unexport MAKEFLAGS
export ARCH KDIR V W C CLIPPY LLVM JOBS JITALLOC_CACHE JITALLOC_KERNEL JITALLOC_MIRROR JITALLOC_DEBS \
       JITALLOC_NO_SANDBOX JITALLOC_ACCEL JITALLOC_TESTS JITALLOC_FAULTS INSTALL_MOD_PATH \
       QUICK FULL

modules: ## build the modules, for KDIR or for the running kernel
	@scripts/build modules

demo: ## fetch all that is needed, build, boot a stock kernel, run two samples
	@scripts/demo

check: ## run every test (TESTS='alloc bpf/cbpf' runs some)
	@scripts/check $(TESTS)

check-debug: ## run the tests on kernels with KASAN, lockdep, kmemleak; with KFENCE
	@scripts/check --debug $(TESTS)

bench: ## measure against the kernel's own allocators (QUICK=1: in three minutes)
	@scripts/bench

adopt: ## have the kernel's own users run on jitalloc: BPF, kprobes, ftrace, modules (FULL=1: more probes)
	@scripts/adopt

vm: ## run a command as root in the virtual machine: make vm RUN='uname -a'
	@scripts/build --vm modules
	@$(if $(value RUN),scripts/vm -- bash -c "$$RUN",echo "usage: make vm RUN='command'" >&2; exit 2)
vm: export RUN := $(value RUN)

shell: ## an interactive shell there
	@scripts/build --vm modules
	@scripts/vm --shell

kdir: ## prepare a tree to build modules for the kernel that runs here
	@scripts/kernel $(if $(filter-out x86 x86_64 amd64,$(ARCH)),,--host) kdir

update: ## look for a newer stock kernel
	@scripts/kernel update

dkms: ## have DKMS build and install the module for every kernel here (as root)
	@scripts/dkms install

deb: ## build the Debian packages
	@scripts/deb

check-install: ## test the packages from the kernel's source on, with lintian (six minutes)
	@JITALLOC_INSTALL=full scripts/check install/packages

htmldocs: ## make web pages of the documentation in build/htmldocs
	@scripts/htmldocs

man: ## write the manual pages to build/man
	@scripts/sandbox scripts/man build/man

modules_install: ## install the modules for the running kernel
	@scripts/build modules_install

clean: ## remove what was built in this tree (not the cache)
	@rm -rf build
	@if [ -e Module.symvers ] || [ -e modules.order ]; then scripts/build clean; fi

rustfmt: ## format the Rust files
	@scripts/check-rustfmt --fix

rustfmtcheck: ## check their format
	@scripts/check-rustfmt

clippy: ## build with clippy and all warnings
	@scripts/check-build

kdoc: ## check the kernel-doc comments
	@scripts/check-kdoc

checkpatch: ## check the style of the C files
	@scripts/check-patch

host-test: ## run the tests that need no kernel
	@scripts/check --host

rust-analyzer: ## write rust-project.json for editors
	@scripts/build --vm rust-analyzer

help: ## show this list
	@echo 'Verbs:'
	@sed -n 's/^\([a-z_-]*\): ## \(.*\)/  \1 - \2/p' Makefile | awk -F ' - ' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo
	@echo 'Variables:'
	@echo '  ARCH=arm64|arm       build for another architecture, and boot its kernel'
	@echo '  KDIR=DIR             the kernel tree to build for'
	@echo '  JITALLOC_CACHE=DIR   where everything fetched is kept'
	@echo '  JITALLOC_KERNEL=REL  another stock kernel: 7.2.12+deb13-cloud-amd64, or the newest 7.2'
	@echo '  JITALLOC_KERNEL=kasan|kfence  a debug kernel, as in check-debug'
	@echo '  JITALLOC_MIRROR=URL  another Debian mirror'
	@echo '  JITALLOC_DEBS=DIR    packages of the kernel that you have fetched yourself'
	@echo '  JITALLOC_NO_SANDBOX=1  use the tools of this host (Debian 13)'
	@echo '  V=1                  show the commands'

.PHONY: modules demo check check-debug check-install bench adopt vm shell kdir update dkms deb htmldocs man modules_install \
	clean rustfmt rustfmtcheck clippy kdoc checkpatch host-test rust-analyzer help
