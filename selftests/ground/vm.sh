#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scripts/vm tells apart a command that fails, a machine that dies, one that
# hangs and a kernel that complains; were it not so, no other result could be
# believed.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
LOG=$TOP/build/check/ground-vm
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT

# vm STATUS NAME [OPTION...] -- CMD...: run, and compare the exit status
vm() {
	local want=$1 name=$2 status

	shift 2
	"$TOP/scripts/vm" --quiet --log "$LOG" "$@" >"$OUT/out" 2>"$OUT/err"
	status=$?
	[ "$status" -eq "$want" ] || ktap_print_msg "$(tail -n 20 "$OUT/err")"
	ktap_check_equal "$name" "$status" "$want"
}

said() {
	ktap_check "$1" grep -q -- "$2" "$OUT/err"
}

ktap_print_header
ktap_set_plan 44

vm 7 "the status of the command is passed on" --append jitalloc_selftest=1 -- bash -c '
	echo "one  two"; echo three >&2; uname -r; pwd
	cat /sys/kernel/debug/check_wx_pages
	touch "$0/build/.from-the-vm" && echo tree is writable
	touch /usr/x 2>/dev/null || echo root is not
	modinfo -n overlay
	grep -o jitalloc_selftest=1 /proc/cmdline
	echo "$1"
	exit 7' "$TOP" "a 'b' \"c\" \$d"
ktap_check "its output arrives as it was" grep -qx 'one  two' "$OUT/out"
ktap_check "its errors arrive apart" grep -qx three "$OUT/err"
ktap_check "it runs on the stock kernel" grep -qxF "$("$TOP/scripts/kernel" release)" "$OUT/out"
ktap_check "it runs in the tree" grep -qxF "$TOP" "$OUT/out"
ktap_check "debugfs is mounted" grep -qx SUCCESS "$OUT/out"
ktap_check "the tree is writable" grep -qx 'tree is writable' "$OUT/out"
ktap_check "what it wrote is there" rm "$TOP/build/.from-the-vm"
ktap_check "nothing else is" grep -qx 'root is not' "$OUT/out"
ktap_check "the kernel's modules are found" grep -q '^/.*overlay\.ko' "$OUT/out"
ktap_check "kernel parameters arrive" grep -qx jitalloc_selftest=1 "$OUT/out"
ktap_check "arguments keep their quotes" grep -qxF "a 'b' \"c\" \$d" "$OUT/out"
ktap_check "the console log is kept" grep -q 'Run /init' "$LOG/console.log"

vm 125 "a panic fails" -- sh -c 'echo c >/proc/sysrq-trigger; sleep 60'
said "and shows the end of the console" 'Kernel panic - not syncing'
said "and says so" 'the machine died'

vm 124 "a hang fails" --timeout 15 -- sleep 600
said "and says so, too" 'time limit of 15 s'

vm 125 "a complaint of the kernel fails" -- sh -c 'echo "WARNING: selftest" >/dev/kmsg'
said "and is shown" '\] WARNING: selftest'
vm 3 "but not if the command failed already" --expect 'WARNING: selftest' -- \
	sh -c 'echo "WARNING: selftest" >/dev/kmsg; echo "BUG: selftest" >/dev/kmsg; seq 100000; exit 3'
ktap_check_equal "many lines arrive, all of them" "$(cksum <"$OUT/out")" "$(seq 100000 | cksum)"

# An emulator that aborts: instead of the first few boots, or when one has ended
real=$(command -v qemu-system-x86_64)
mkdir "$OUT/bin"
cat >"$OUT/bin/qemu-system-x86_64" <<EOF
#!/bin/bash
# virtme-ng asks it other things, too.
[[ " \$* " = *" -kernel "* ]] || exec $real "\$@"
echo x >>"$OUT/tries"
if [ "\$(wc -l <"$OUT/tries")" -gt "\$(cat "$OUT/aborts")" ]; then
	[ -e "$OUT/late" ] || exec $real "\$@"
	$real "\$@"
fi
echo "assertion of the test" >&2
kill -ABRT \$\$
EOF
chmod +x "$OUT/bin/qemu-system-x86_64"
aborts() {
	echo "$1" >"$OUT/aborts"
	: >"$OUT/tries"
	PATH=$OUT/bin:$PATH vm "${@:2}"
}
tries() {
	wc -l <"$OUT/tries"
}
aborts 1 7 "a boot is tried again when qemu aborts" -- sh -c 'echo here; exit 7'
said "and the assertion is shown" 'qemu aborted while the kernel started (assertion of the test)'
ktap_check "the command has run" grep -qx here "$OUT/out"
aborts 2 1 "but only once" -- true
ktap_check_equal "which is two boots" "$(tries)" 2
touch "$OUT/late"
aborts 0 7 "not when the command has run" -- sh -c 'exit 7'
ktap_check_equal "which is one boot" "$(tries)" 1
rm "$OUT/late"
aborts 1 7 "virtme-ng's is tried again, too" --vng -- sh -c 'exit 7'
ktap_check_equal "which is two boots of its" "$(tries)" 2

# The rest needs no machine but only what one said: three complaints in all.
CONSOLE=$OUT/console
printf '[ 0.1] %s\r\n' 'x86/mm: Checked W+X mappings: passed, no W+X pages found.' 'WARNING: one' 'BUG: two' \
	'Oops: two' 'all is well' >"$CONSOLE"
vm 125 "complaints fail" --judge "$CONSOLE"
vm 0 "expected ones do not" --judge "$CONSOLE" --expect 'WARNING: one' --expect 'two$'
vm 0 "expected as often as they came" --judge "$CONSOLE" --expect-count 1 one --expect-count 2 two
vm 125 "one less than expected" --judge "$CONSOLE" --expect-count 1 one --expect-count 3 two
vm 125 "one more than expected" --judge "$CONSOLE" --expect-count 1 one --expect-count 1 two
vm 125 "an expected one does not come" --judge "$CONSOLE" --expect one --expect two --expect three
vm 125 "one that is not expected comes" --judge "$CONSOLE" --expect two
vm 125 "a panic" --judge <(echo 'Kernel panic - not syncing')
vm 125 "a hung task" --judge <(echo 'INFO: task x:1 blocked for more than 120 seconds')
vm 125 "a writable and executable page" --judge <(echo 'x86/mm: Checked W+X mappings: FAILED, 1 W+X pages found.')
vm 0 "a log without complaints" --judge <(echo 'all is well')

vm 1 "an unknown option is refused" --no-such-option -- true
said "with the usage" '^jitalloc: vm: usage:'

ktap_finished
