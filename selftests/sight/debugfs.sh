#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The files in debugfs: who may read them, and what they say of blocks of which a
# test module knows everything.
#
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

HERE=$(dirname "$0")
DIR=$DEBUGFS/jitalloc
FILES=(params stats live owners blocks packs histograms)
SYSCTL=/proc/sys/kernel

# as_nobody COMMAND...
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# without_syslog COMMAND...: as a root that may not see addresses
without_syslog() {
	setpriv --bounding-set=-syslog "$@"
}

# addresses FILE: what is in a column that has them, each once
addresses() {
	awk '!/^#/ { print $'"${2:-1}"' }' "$1" | sort -u
}

# save NAME...: copies of files, for a look at one moment
save() {
	local name

	rm -rf "$COPY" && mkdir "$COPY"
	for name in "$@"; do
		cat "$DIR/$name" >"$COPY/$name"
	done
}

# ages: the column of ages, without those that are not known
ages() {
	awk '!/^#/ && $8 != "-" { print $8 }' "$DIR/blocks"
}

count_of() {
	awk -v name="$1" '$1 == name { n += $4 } END { print n + 0 }' "$DIR/histograms"
}

unload_modules jit_test_shown jit_test_sight jitalloc
COPY=$(mktemp -d)
restrict=$(cat $SYSCTL/kptr_restrict)
paranoid=$(cat $SYSCTL/perf_event_paranoid)
vm_test_begin 67 jit_test_shown

# Who may
mode=$(stat -c %a "$DEBUGFS")
mount -o remount,mode=755 "$DEBUGFS"
for file in "${FILES[@]}" watch; do
	wanted=400
	[ "$file" != watch ] || wanted=600
	ktap_check_equal "$file is root's" "$(stat -c '%a %U' "$DIR/$file")" "$wanted root"
	ktap_check "nobody else can read $file" \
		eval "! as_nobody cat '$DIR/$file' >/dev/null 2>&1"
done
mount -o remount,mode="$mode" "$DEBUGFS"

# What they say
echo 1 >$SYSCTL/kptr_restrict
shown_cases mix
# What was cached and waited is where it was.
save "${FILES[@]}"
ktap_import < <(python3 "$HERE/shadow.py" "$COPY" "$DEBUGFS/jit_test_shown/results")

# Who sees addresses, and what is left of the lines
echo 2 >$SYSCTL/perf_event_paranoid
for level in 0 1 2; do
	echo $level >$SYSCTL/kptr_restrict
	# The judge: the kernel's own symbols
	wanted=hidden
	! grep -q '^0*[1-9a-f]' /proc/kallsyms || wanted=shown
	got=
	for file in blocks packs params; do
		column=1
		[ $file != params ] || column=2
		if [ "$(addresses "$DIR/$file" $column)" = 0x0 ]; then
			got="$got hidden"
		else
			got="$got shown"
		fi
	done
	ktap_check_equal "kptr_restrict=$level: as the kernel's symbols, which are $wanted" \
		"$got" " $wanted $wanted $wanted"
done
echo 1 >$SYSCTL/kptr_restrict
ktap_check_equal "root without CAP_SYSLOG sees no address of a block" \
	"$(without_syslog cat "$DIR/blocks" | addresses /dev/stdin)" 0x0
ktap_check_equal "nor of a pack" \
	"$(without_syslog cat "$DIR/packs" | addresses /dev/stdin)" 0x0
ktap_check_equal "but as many lines" \
	"$(without_syslog cat "$DIR/blocks" | wc -l)" "$(wc -l <"$DIR/blocks")"

# Read in pieces, from the middle, and twice
ktap_import < <(python3 - "$DIR" <<'END'
import os
import sys


def whole(path):
    with open(path, "rb") as file:
        return file.read()


for name in ("blocks", "packs"):
    path = f"{sys.argv[1]}/{name}"
    wanted = whole(path)
    fd, pieces = os.open(path, os.O_RDONLY), []
    while piece := os.read(fd, 333):
        pieces.append(piece)
    same = b"".join(pieces) == wanted
    print("ok" if same else "not ok", f"{name} in small pieces is what it is in one")
    middle = len(wanted) // 2
    same = os.pread(fd, 200, middle) == wanted[middle:middle + 200]
    same &= os.lseek(fd, 7, os.SEEK_SET) == 7 and os.read(fd, 50) == wanted[7:57]
    print("ok" if same else "not ok", f"{name} can be read from the middle")
END
)

# Ages
ktap_check_equal "nobody watches at first" "$(cat "$DIR/watch")" 0
ktap_check_equal "nothing is known of how long allocations take" "$(count_of alloc_ns)" 0
ktap_check "$DIR/watch takes no 2" eval "! echo 2 >'$DIR/watch' 2>/dev/null"
began=$(date +%s%3N)
echo 1 >"$DIR/watch"
ktap_check_equal "somebody does" "$(cat "$DIR/watch")" 1
ktap_check_equal "no block from before has an age" "$(ages | wc -l)" 0
allocs=$(stat_of allocs)
shown_cases drop mix
allocs=$(($(stat_of allocs) - allocs))
ktap_check_equal "all that come now have" "$(ages | wc -l)" "$(live_count)"
youngest=$(ages | sort -n | head -n 1)
oldest=$(ages | sort -n | tail -n 1)
passed=$(($(date +%s%3N) - began))
ktap_check "not more than has passed ($youngest to $oldest ms, $passed)" \
	test "$oldest" -le $((passed + passed / 1000 + 2))
ktap_check_equal "and how long each allocation has taken" "$(count_of alloc_ns)" "$allocs"
sleep 1.2
later=$(ages | sort -n | head -n 1)
ktap_check "blocks get older ($youngest ms, $later after a second)" \
	test "$later" -ge $((youngest + 1000))
echo 0 >"$DIR/watch"
ktap_check_equal "when nobody watches any more, no age is shown" "$(ages | wc -l)" 0
echo 1 >"$DIR/watch"
ktap_check_equal "nor is one from before when somebody does again" "$(ages | wc -l)" 0
shown_cases drop

echo "$restrict" >$SYSCTL/kptr_restrict
echo "$paranoid" >$SYSCTL/perf_event_paranoid
rm -rf "$COPY"
vm_test_end
