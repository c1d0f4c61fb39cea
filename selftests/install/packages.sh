#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages: built, installed into a Debian 13 root together with a stock
# kernel, booted from there, upgraded and purged. For a kernel that jitalloc cannot
# be built for, one line says so, and nothing fails.
#
# The machine's firmware has the certificate of the key that DKMS signs with, so that
# the kernel trusts it.
#
# The tree that DKMS builds in is the cache's, which the same script has made, and
# what stands for the source of the kernel is empty. With JITALLOC_INSTALL=full
# (make check-install) the source is there, DKMS makes the tree, lintian looks at
# the packages, and what is done without packages is done, too.
#
# boot: none
# timeout: 1800
# arch: x86: packages are installed by a system of their own architecture

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
FULL=${JITALLOC_INSTALL-}

R=$("$TOP/scripts/kernel" release) && KDIR=$("$TOP/scripts/kernel" kdir) || exit 1
SOURCE=linux-source-$(cut -d . -f 1,2 <<<"$R")
OUT=$OTHERS/packages
LOG=$OUT/log

# stand_in PACKAGE VERSION [FIELD...]: a package of what is in $OUT/root
stand_in() {
	mkdir -p "$OUT/root/DEBIAN"
	printf '%s\n' "Package: $1" "Version: $2" "${@:3}" "Architecture: all" \
		"Maintainer: none <none@localhost>" "Description: a stand-in" >"$OUT/root/DEBIAN/control"
	dpkg-deb --build "$OUT/root" "$OUT/$1_$2.deb" >/dev/null
	rm -rf "$OUT/root"
}

# --- outside: a root with a kernel, which then runs this script ---

if [ -z "${JITALLOC_INSTALL_ROOT-}" ]; then
	if ! "$TOP/scripts/scratch" -- true 2>/dev/null; then
		ktap_print_header
		ktap_skip_all "$("$TOP/scripts/scratch" -- true 2>&1)"
	fi
	rm -rf "$OUT"
	mkdir -p "$OUT"
	stand_in no-initramfs 1 "Provides: linux-initramfs-tool"
	export JITALLOC_INSTALL_ROOT=y
	exec "$TOP/scripts/scratch" debhelper dh-dkms ${FULL:+lintian} dkms ovmf python3-virt-firmware \
		"$OUT/no-initramfs_1.deb" \
		linux-base/trixie-backports "linux-image-$R" "linux-headers-$R" ${FULL:+"$SOURCE"} -- bash "$0"
fi

# --- inside ---

V=$(dpkg-query -W -f '${Version}' "linux-headers-$R")

logged() {
	echo "+ $*" >>"$LOG"
	"$@" >>"$LOG" 2>&1 || { tail -n 20 "$LOG" && return 1; }
}

# said COMMAND...: lines that jitalloc has for it
said() {
	"$@" 2>&1 | tee -a "$LOG" | grep -a '^jitalloc: '
	return "${PIPESTATUS[0]}"
}

is_installed() {
	dkms status jitalloc -k "$1" | grep -q ': installed'
}

# files: where packages have files, but for those that packages and logs are managed with
files() {
	find /boot /etc /opt /usr /var -xdev \( -path /var/lib/dpkg -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/systemd \
		-o -path '/usr/lib/modules/*/modules.*' \) -prune -o -print | LC_ALL=C sort
}

install() {
	logged dpkg -i "$@"
}

# seed: the tree that prepare would make
seed() {
	local recipe

	recipe=$(sed -n 's/^RECIPE=//p' "$TOP/scripts/prepare.sh")
	mkdir -p "/var/lib/jitalloc/$R" && ln -s "$KDIR" "/var/lib/jitalloc/$R/kdir" &&
		echo "$recipe $R $V $(rustc --version)" >"/var/lib/jitalloc/$R/made-of"
}

# template NAME: a copy is built as its Makefile says
template() {
	rm -rf "/root/$1"
	cp -r "/usr/share/doc/jitalloc-dev/examples/$1" "/root/$1" &&
		logged make -C "/root/$1" RELEASE="$R"
}

# guest NAME KERNEL-ARGS CASE [OPTION...]: in the machine that boots from this root
guest() {
	ktap_check "$1" "$TOP/scripts/vm" --quiet --log "$OUT" --installed "$R" --append "$2" "${@:4}" -- \
		bash "$TOP/selftests/install/guest" "$3"
}

# certify: firmware that knows the key, and the copies of the templates signed with it
certify() {
	local m mok=/var/lib/dkms/mok

	openssl x509 -inform DER -in "$mok.pub" -out "$OUT/mok.pem" &&
		virt-fw-vars -i /usr/share/OVMF/OVMF_VARS_4M.fd -o "$OUT/vars" \
			--add-db 6b1c1b5e-7a5c-4a52-8d3f-5d0c3c5b9d5a "$OUT/mok.pem" || return 1
	for m in template/jit_template.ko template-rust/jit_template_rust.ko; do
		cp "/root/$m" "/root/$m.unsigned"
		"/var/lib/jitalloc/$R/kdir/scripts/sign-file" sha256 "$mok.key" "$mok.pub" "/root/$m" || return 1
	done
}

# other_version DEB VERSION: the same package, a later one
other_version() {
	rm -rf "$OUT/root"
	dpkg-deb -R "$1" "$OUT/root" && sed -i "s/^Version: .*/Version: $2/; s/(= [0-9.]*)/(= $2)/" "$OUT/root/DEBIAN/control" &&
		dpkg-deb --build "$OUT/root" "$OUT/$(basename "$1" | cut -d _ -f 1)_$2_all.deb" >/dev/null
	rm -rf "$OUT/root"
}

ktap_print_header
if [ -n "$FULL" ]; then ktap_set_plan 35; else ktap_set_plan 26; fi
: >"$LOG"
export DEBIAN_FRONTEND=noninteractive

JITALLOC_DEB=y ktap_check "the packages are built" logged "$TOP/scripts/deb" ${FULL:+lintian}
ktap_check_equal "module, packages and DKMS say the same version" \
	"$(sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' "$TOP/rust/boundary/exports.c") $(dpkg-parsechangelog -l "$TOP/debian/changelog" -S Version)" \
	"$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1 \1/p' "$TOP/dkms.conf")"
DEBS=("$TOP"/build/deb/*.deb)

if [ -z "$FULL" ]; then
	stand_in "$SOURCE" "$V"
	logged dpkg -i "$OUT/${SOURCE}_$V.deb"
fi
# A kernel that Debian 13 itself has
mkdir -p /lib/modules/6.12.1-none/build/include
echo 'CONFIG_KPROBES=y' >/lib/modules/6.12.1-none/build/.config
files >"$OUT/before"

# Without the source of the kernel
[ -z "$FULL" ] || mv "/usr/src/$SOURCE.tar.xz" "$OUT/"
lines=$(said dpkg -i "${DEBS[@]}")
status=$?
ktap_check_equal "a kernel without its source fails no installation" "$status" 0
ktap_check_equal "one line says why" "$(grep -F " $R:" <<<"$lines")" \
	"jitalloc: not built for the kernel $R: its source is not installed (apt install $SOURCE=$V)"
ktap_check_equal "and one for a kernel that is too old" "$(said /etc/kernel/postinst.d/dkms 6.12.1-none)" \
	"jitalloc: not built for the kernel 6.12.1-none: it needs 7.2 or newer"
ktap_check "whose installation does not fail" /etc/kernel/postinst.d/dkms 6.12.1-none

# Then it comes.
if [ -n "$FULL" ]; then
	mv "$OUT/$SOURCE.tar.xz" /usr/src/
	ktap_check "with the source it is built" logged /usr/src/jitalloc-*/scripts/dkms missing
else
	seed
	mkdir -p "$OUT/root/usr/src"
	echo >"$OUT/root/usr/src/$SOURCE.tar.xz"
	stand_in "$SOURCE" "$V"
	ktap_check "with the source it is built" install "$OUT/${SOURCE}_$V.deb"
fi
ktap_check "and installed" is_installed "$R"
ktap_check "depmod knows it" grep -q '^updates/dkms/jitalloc\.ko' "/lib/modules/$R/modules.dep"
ktap_check_equal "it is signed by the machine's own key" \
	"$(modinfo -k "$R" -F signer jitalloc)" "DKMS module signing key"
ktap_check_equal "the manual page has its parameters" \
	"$(zcat /usr/share/man/man4/jitalloc.4.gz | grep -A 1 '^\.TP$' | sed -n 's/^\.B \([a-z_]*\)$/\1/p' | LC_ALL=C sort)" \
	"$(modinfo -k "$R" -F parm jitalloc | cut -d : -f 1 | LC_ALL=C sort)"
ktap_check "its symbols are kept" grep -q 'jit_text_alloc' "/var/lib/jitalloc/$R/Module.symvers"

# Modules of others
ktap_check "a copy of the template is built by make" template template
ktap_check "one in Rust, too" template template-rust

# The machine
sed -i 's/^#options.*/options jitalloc limit=67108864/' /etc/modprobe.d/jitalloc.conf
ktap_check "a certificate for the firmware" logged certify
FIRMWARE=(--firmware /usr/share/OVMF/OVMF_CODE_4M.fd "$OUT/vars")
guest "it runs where signatures are enforced, locked down" "module.sig_enforce=1 lockdown=integrity" signed "${FIRMWARE[@]}"
guest "locked down for confidentiality, one line says why not" lockdown=confidentiality refused "${FIRMWARE[@]}"
if [ -n "$FULL" ]; then
	guest "it runs in a machine without all that" "" load
	guest "without the certificate it is refused" module.sig_enforce=1 untrusted
fi

# Upgrade
for deb in "${DEBS[@]}"; do
	other_version "$deb" 0.1.0+1
done
ktap_check "an upgrade" install --force-confold "$OUT"/*_0.1.0+1_all.deb
ktap_check "leaves it installed" is_installed "$R"
ktap_check "with the administrator's parameters" grep -q '^options jitalloc limit=67108864' /etc/modprobe.d/jitalloc.conf

# A kernel goes
ktap_check "the kernel is removed" logged apt-get -y remove "linux-image-$R"
ktap_check_equal "its module has gone" "$(dkms status jitalloc -k "$R" | grep -c ': installed')" 0
ktap_check "and its tree" test ! -e "/var/lib/jitalloc/$R"

ktap_check "the packages are purged" logged dpkg --purge jitalloc-dkms jitalloc-dev jitalloc-tools jitalloc-doc
[ -n "$FULL" ] || logged dpkg --purge "$SOURCE"
rm -rf /root/template /root/template-rust
files >"$OUT/after"
ktap_check_equal "nothing is left of them" \
	"$(comm -13 "$OUT/before" "$OUT/after" | grep -vE '^/var/lib/dkms(/mok\.(key|pub))?$')" ""
ktap_check_equal "and nothing else is gone" \
	"$(comm -23 "$OUT/before" "$OUT/after" | grep -vE "^/((boot|usr/lib/modules|usr/share)/|(vmlinuz|initrd\.img)(\.old)?$)")" ""
[ -n "$FULL" ] || ktap_finished

# Without packages
seed
ktap_check "make dkms" logged "$TOP/scripts/dkms" install
ktap_check "installs it" is_installed "$R"
ktap_check "with its headers" test -e /usr/include/jitalloc/linux/jitalloc.h
ktap_check "and the hook for kernels that go" test -x /etc/kernel/postrm.d/jitalloc
ktap_check "it can be undone" logged "$TOP/scripts/dkms" remove
files >"$OUT/after"
ktap_check_equal "then nothing is left of it" \
	"$(comm -13 "$OUT/before" "$OUT/after" | grep -vE '^/var/lib/dkms(/mok\.(key|pub))?$')" ""
said "$TOP/scripts/dkms" qualifies 7.9.1-none >"$OUT/newer"
ktap_check_equal "a kernel that is too new" "$(cat "$OUT/newer")" \
	"jitalloc: not built for the kernel 7.9.1-none: this version of jitalloc knows kernels up to 7.3"
ktap_finished
