# SPDX-License-Identifier: GPL-2.0
#
# What the Makefile of a module includes that uses jitalloc and is not of its
# tree. What the module is made of is in its Kbuild, which gets
#
#   JITALLOC                the directory of this file, with linux/ and rust/ in it
#   KBUILD_EXTRA_SYMBOLS    the symbols of jitalloc
#
# The verbs are those of kbuild:
#
#   make [modules]          for the running kernel; RELEASE=7.3.4+deb13-amd64 names
#                           another, KDIR=DIR a tree to build for
#   make modules_install
#   make clean
#   make rust-analyzer      writes rust-project.json for editors
#
# If this file is in a source tree of jitalloc, the tree's scripts/build builds the
# module, as it builds jitalloc.

override JITALLOC := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
JITALLOC_TREE := $(if $(wildcard $(JITALLOC)/../scripts/build),$(abspath $(JITALLOC)/..))

RELEASE ?= $(shell uname -r)
# Made with jitalloc by DKMS: what Debian's headers lack of a tree for Rust, and the
# symbols of jitalloc.
JITALLOC_BUILT ?= /var/lib/jitalloc/$(RELEASE)
KDIR ?= $(firstword $(wildcard $(JITALLOC_BUILT)/kdir) /lib/modules/$(RELEASE)/build)

modules modules_install rust-analyzer: jitalloc-ready
modules modules_install clean rust-analyzer:
ifneq ($(JITALLOC_TREE),)
	@$(JITALLOC_TREE)/scripts/build --module $(CURDIR) $@
else
	@$(MAKE) -C $(KDIR) M=$(CURDIR) JITALLOC=$(JITALLOC) \
		KBUILD_EXTRA_SYMBOLS=$(JITALLOC_BUILT)/Module.symvers --no-print-directory $@
endif

# A crate finds jitalloc.rs by a path that it names literally.
jitalloc-ready:
ifeq ($(JITALLOC_TREE),)
	@test -e $(JITALLOC_BUILT)/Module.symvers || { echo "jitalloc has not been built for the kernel $(RELEASE): 'dkms status jitalloc' says for which ones, RELEASE= chooses one" >&2; exit 1; }
endif
	@$(if $(wildcard *.rs),[ jitalloc -ef $(JITALLOC)/rust ] || ln -sfn $(JITALLOC)/rust jitalloc)

.PHONY: modules modules_install clean rust-analyzer jitalloc-ready
.DEFAULT_GOAL := modules
