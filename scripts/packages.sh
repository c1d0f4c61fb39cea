# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The packages of Debian's kernels: which release, of those that there are, and
# how they come into the cache. Source it after lib.sh, in the sandbox, when the
# cache is there and NAME says what the choice and the log are called.

APT=$CACHE/apt${NAME#kernel}
OPTS=(-o Dir::State::Lists="$APT/lists" -o Dir::Cache="$APT" -o APT::Sandbox::User=root
	-o APT::Architecture="$DEB_ARCH" -o APT::Architectures="$DEB_ARCH"
	-o Acquire::Languages=none -o Acquire::Retries=3)
LOG=$CACHE/log/$NAME.log
touch "$LOG"

# --- choosing ---

DEBS=${JITALLOC_DEBS:-}
SOURCE=${DEBS:+the directory $DEBS}
SOURCE=${SOURCE:-the mirror}

# read_lists [again]: the package lists, once
read_lists() {
	[ -z "${LISTS_READ:-}" ] && [ -z "$DEBS" ] || return 0
	LISTS_READ=y
	[ -z "${1-}" ] && [ -e "$APT/complete" ] && return 0
	note "reading Debian's package lists"
	rm -f "$APT/complete"
	mkdir -p "$APT/lists/partial" "$APT/archives/partial"
	logged "$LOG" apt-get "${OPTS[@]}" --error-on=any update ||
		die "cannot read the package lists: $(why "$LOG" "apt-get update failed"); see $LOG"
	: >"$APT/complete"
}

# read_debs: what the directory has, as lines of PACKAGE VERSION FILE
read_debs() {
	local f fields

	DEB_LIST=
	for f in "$DEBS"/linux-*.deb; do
		[ -f "$f" ] || die "the directory $DEBS has no packages of a kernel (linux-*.deb)"
		# shellcheck disable=SC2016 # dpkg's own format string
		fields=$(dpkg-deb -W --showformat='${Package} ${Version} ${Architecture}' "$f" 2>>"$LOG") ||
			die "cannot read $f: it is no package, or a damaged one"
		case $fields in
		*" $DEB_ARCH" | *" all") DEB_LIST+="${fields% *} $f"$'\n' ;;
		esac
	done
}

# debs PACKAGE: those of the directory, as lines of VERSION FILE, the newest first
debs() {
	awk -v p="$1" '$1 == p { sub(/^[^ ]* /, ""); print }' <<<"$DEB_LIST" | sort -Vr
}

# versions PACKAGE: those that there are, the newest first
versions() {
	if [ -n "$DEBS" ]; then
		debs "$1" | cut -d ' ' -f 1
	else
		apt-cache "${OPTS[@]}" madison "$1" 2>/dev/null | awk -F '|' '{ gsub(/ /, "", $2); print $2 }'
	fi
}

# version PACKAGE: the newest that there is, or nothing
version() {
	versions "$1" | sed -n 1p
}

# has PACKAGE VERSION
has() {
	versions "$1" | grep -qxF -- "$2"
}

# headers: the packages of headers that there are
headers() {
	if [ -n "$DEBS" ]; then
		cut -d ' ' -f 1 <<<"$DEB_LIST"
	else
		apt-cache "${OPTS[@]}" pkgnames linux-headers-
	fi
}

source_of() {
	printf 'linux-source-%s\n' "$(printf '%s' "$1" | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')"
}

# newest [SERIES]: the newest kernel that is complete, of all or of one series
newest() {
	local r v

	for r in $(headers |
		sed -n "s/^linux-headers-\(${1:-[0-9][0-9.]*}[.].*+deb13-$FLAVOUR\)$/\1/p" | sort -Vr); do
		v=$(version "linux-headers-$r")
		has "$(source_of "$r")" "$v" && has "linux-binary-$r" "$v" && has "linux-modules-$r" "$v" || continue
		printf '%s\n' "$r"
		return
	done
	die "$SOURCE has no ${1:+$1 }$FLAVOUR kernel with a matching source package; JITALLOC_KERNEL can name a release, JITALLOC_MIRROR another mirror, JITALLOC_DEBS a directory with the packages"
}

choose() {
	local series='' chosen=$CACHE/$NAME-release

	[ -z "$DEBS" ] || read_debs
	if [ -n "$HOST" ]; then
		R=$(uname -r)
		case $R in
		*+deb13*-amd64) ;;
		*) die "this host runs $R, which is not a Debian 13 kernel: Rust modules can be built for Debian 13's backports kernels (7.2 or newer)" ;;
		esac
		return
	fi
	R=${JITALLOC_KERNEL:-}
	if [[ $R =~ ^[0-9]+\.[0-9]+$ ]]; then
		series=$R R=''
		chosen+=-$series
	fi
	if [ -z "$R$DEBS" ] && [ -s "$chosen" ]; then
		R=$(cat "$chosen")
	fi
	case $R in
	'')
		read_lists
		R=$(newest "$series")
		[ "$R" != "$(cat "$chosen" 2>/dev/null)" ] || return 0
		printf '%s\n' "$R" >"$chosen.tmp" && mv "$chosen.tmp" "$chosen"
		note "the newest stock kernel is $R"
		;;
	*[!a-zA-Z0-9.+~-]* | [!0-9]*)
		die "JITALLOC_KERNEL=$R is not a kernel release (like 7.3.4+deb13-$FLAVOUR, or 7.3)"
		;;
	esac
}

# --- fetching ---

# fetch PACKAGE...: download the debs of this kernel's version
fetch() {
	local p v

	v=$(version "linux-headers-$R")
	if [ -z "$v" ]; then
		read_lists again
		v=$(version "linux-headers-$R")
	fi
	[ -n "$v" ] || die "$SOURCE does not have the kernel $R (any more); 'make update' chooses the newest, JITALLOC_KERNEL names another one"
	for p; do
		has "$p" "$v" || die "the kernel $R is version $v, but $SOURCE has no $p of that version; 'make update' chooses a kernel that is complete"
	done
	if [ -n "$DEBS" ]; then
		mkdir -p "$APT/archives"
		for p; do
			logged "$LOG" cp -- "$(debs "$p" | sed -n "s/^$v //p" | sed -n 1p)" "$APT/archives/" ||
				die "cannot copy $p from $DEBS: $(why "$LOG" "see $LOG")"
		done
		return
	fi
	(cd "$APT/archives" && logged "$LOG" apt-get "${OPTS[@]}" download "${@/%/=$v}") ||
		die "cannot download $R: $(why "$LOG" "the mirror refused; 'make update' reads its lists again"); see $LOG"
}

# unpack PACKAGE DIR
unpack() {
	dpkg-deb -x "$APT/archives/$1"_*.deb "$2" >>"$LOG" 2>&1 || {
		rm -f "$APT/archives/$1"_*.deb
		die "cannot unpack $1: $(why "$LOG" "damaged download, run again"); see $LOG"
	}
}

drop_debs() {
	local p

	for p; do
		rm -f "$APT/archives/$p"_*.deb
	done
}
