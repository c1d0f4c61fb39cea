# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What every script here shares: where things are, how long steps report
# themselves, how errors are told, and how the cache is guarded.
#
# Everything said to the user goes to stderr, so that a script's stdout is only
# its answer (a path, a release) or the output of the command that it ran.

set -euo pipefail
umask 022

# An ordinary user's path may lack what mounting needs.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

TOP=$(CDPATH='' cd -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)

# shellcheck source=scripts/arch.sh
. "$TOP/scripts/arch.sh"

# The cache holds everything that was fetched or made once. It is shared by all
# checkouts, so nothing in it may depend on this tree but through a name that
# changes with the contents.
CACHE=${JITALLOC_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/jitalloc}
case $CACHE in
/*) ;;
*) CACHE=$PWD/$CACHE ;;
esac

ME=${0##*/}

die() {
	printf 'jitalloc: %s: %s\n' "$ME" "$*" >&2
	exit 1
}

# Packages of the kernel that the user has fetched; the sandbox mounts it.
if [ -n "${JITALLOC_DEBS:-}" ]; then
	[ -d "$JITALLOC_DEBS" ] || die "JITALLOC_DEBS=$JITALLOC_DEBS is no directory"
	JITALLOC_DEBS=$(CDPATH='' cd -- "$JITALLOC_DEBS" && pwd -P)
	export JITALLOC_DEBS
fi

# Scripts that call each other count the seconds from the same start.
export JITALLOC_START=${JITALLOC_START:-$EPOCHSECONDS}
SECONDS=$((EPOCHSECONDS - JITALLOC_START))

# note TEXT: one line of progress, with the seconds since the start
note() {
	printf 'jitalloc: %s: [%3d s] %s\n' "$ME" "$SECONDS" "$*" >&2
}

have() {
	command -v "$1" >/dev/null 2>&1
}

make_cache() {
	mkdir -p "$CACHE" "$CACHE/log" 2>/dev/null && [ -w "$CACHE" ] ||
		die "cannot write to the cache directory $CACHE; set JITALLOC_CACHE to one that you can write to"
	CACHE=$(CDPATH='' cd -- "$CACHE" && pwd -P)
}

# need_space MIB: refuse early rather than fill the disk
need_space() {
	local free

	free=$(df -Pm -- "$CACHE" | awk 'NR == 2 { print $4 }')
	[ "${free:-0}" -ge "$1" ] ||
		die "not enough disk space: $CACHE has ${free:-0} MiB free, this step needs $1 MiB"
}

# lock NAME: only one run at a time makes NAME in the cache. The lock is
# inherited by every child, so a run that was killed keeps the next one waiting
# until nothing that it started can still write.
lock() {
	exec {LOCKFD}>>"$CACHE/.lock-$1"
	flock -n "$LOCKFD" && return 0
	note "another run is making $1, waiting for it"
	flock "$LOCKFD"
}

unlock() {
	exec {LOCKFD}>&-
}

# discard PATH...: remove what an interrupted run left
discard() {
	rm -rf --one-file-system -- "$@" 2>/dev/null || :
	# A directory without its write bit stops rm for an ordinary user.
	local p
	for p; do
		[ -e "$p" ] || continue
		chmod -R u+rwX -- "$p" 2>/dev/null || :
		rm -rf --one-file-system -- "$p" ||
			die "cannot remove the left-over $p"
	done
}

# why LOG FALLBACK: the one line that explains a failed step, from its log
why() {
	if grep -qiE 'no space left on device|ENOSPC|disk quota exceeded|not enough free space' "$1"; then
		echo "the disk is full while writing to $CACHE"
	elif grep -qiE 'could not resolve|temporary failure (in name )?resol|unable to connect|network is unreachable|connection (refused|timed out|failed)|could not connect|no route to host' "$1"; then
		echo "the package mirror cannot be reached (no network? JITALLOC_MIRROR names another mirror)"
	elif grep -qiE 'cannot allocate memory|out of memory|Killed$' "$1"; then
		echo "out of memory"
	else
		echo "$2"
	fi
}

# logged LOG CMD...: run with all output in the log, stdin closed
logged() {
	local log=$1
	shift
	printf '+ %s\n' "$*" >>"$log"
	"$@" >>"$log" 2>&1 </dev/null
}

in_sandbox() {
	[ -n "${JITALLOC_IN_SANDBOX:-}" ]
}

# tree_files REGEX: the files of the tree that are or could be committed, whose
# path matches
tree_files() {
	(cd "$TOP" && git -c safe.directory='*' ls-files -co --exclude-standard 2>/dev/null ||
		find . -path ./.git -prune -o -path ./build -prune -o -type f -print | sed 's|^\./||') |
		grep -E -- "$1" | while IFS= read -r f; do
			[ ! -f "$TOP/$f" ] || printf '%s\n' "$f"
		done
}

# shell_files: those written for a shell, by name or by first line
shell_files() {
	tree_files '(^|/)[^.]*(\.sh)?$' | while IFS= read -r f; do
		case $f in
		*.sh) printf '%s\n' "$f" ;;
		*) head -n 1 "$TOP/$f" | grep -qE '^#!.*[/ ](ba)?sh' && printf '%s\n' "$f" || : ;;
		esac
	done
}

# mirror DIR: copy what kbuild needs of the tree there, for another build than
# that in the tree itself; kbuild wants none beside the sources then. What has
# been compiled there stays, unless files have come or gone. The caller holds
# whatever lock there is on DIR.
mirror() {
	mkdir -p "$1"
	tree_files '^(rust|samples|include|selftests)/|^Kbuild$|^README.rst$' | LC_ALL=C sort >"$1.files"
	if ! cmp -s "$1.files" "$1/.files"; then
		(cd "$1" && rm -rf rust samples include selftests Kbuild Module.symvers modules.order .*.cmd)
	fi
	"$TOP/scripts/sandbox" rsync -a --files-from="$1.files" "$TOP/" "$1/"
	mv "$1.files" "$1/.files"
}
