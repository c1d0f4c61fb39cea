#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Misuse of the Rust interface does not compile. Every case of misuse.rs is
# compiled with the command that kbuild uses, and has to fail with the one error
# that the mark on its line names; without a case, all of it compiles.
#
# boot: none
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"

HERE=$(cd "$(dirname "$0")/misuse" && pwd)
TOP=$(cd "$HERE/../../.." && pwd)
OUT=$TOP/build/rust-api
FILE=misuse.rs

KDIR=${KDIR:-$("$TOP/scripts/kernel" kdir)} ||
	ktap_exit_fail_msg "no kernel tree to compile with"

# Without a case, by kbuild; the command that it used is kept.
compile() {
	rm -f "$OUT/misuse.o" "$OUT/.misuse.o.cmd"
	make -s -C "$KDIR" M="$HERE" MO="$OUT" misuse.o &&
		COMMAND=$(sed -n 's/^savedcmd_misuse\.o := //p' "$OUT/.misuse.o.cmd") &&
		COMMAND=${COMMAND%% ; *} && [[ $COMMAND == *" rustc "* ]]
}

# compile_case CASE: the same command with the case; errors are in $OUT/log
compile_case() {
	(cd "$OUT" && RUSTC_BOOTSTRAP=1 bash -c "$COMMAND --cfg $1") >"$OUT/log" 2>&1
}

# errors: what the compiler refused and where, as "CODE LINE"
errors() {
	awk '/^error(\[|:)/ {
		code = match($0, /E[0-9]+/) ? substr($0, RSTART, RLENGTH) : "?"
		if ($0 ~ /^error: (aborting|could not compile)/)
			code = ""
	}
	/^ *--> / && code != "" {
		n = split($2, where, ":")
		print code, where[n - 1]
		code = ""
	}' "$OUT/log" | sort -u
}

# cases: "CASE CODE LINE" of every case. The mark is on the line after the cfg,
# or names the case.
cases() {
	awk '
	/#\[cfg\(not\(/ { next }
	/#\[cfg\(/ {
		match($0, /\([a-z_]+\)/)
		name = substr($0, RSTART + 1, RLENGTH - 2)
		next
	}
	/\/\/~ E/ {
		match($0, /E[0-9]+/)
		print name, substr($0, RSTART, RLENGTH), FNR
	}
	/\/\/\[[a-z_]+\]~ E/ {
		match($0, /\/\/\[[a-z_]+\]/)
		other = substr($0, RSTART + 3, RLENGTH - 4)
		match($0, /E[0-9]+/)
		print other, substr($0, RSTART, RLENGTH), FNR
	}' "$HERE/$FILE"
}

ktap_print_header
mkdir -p "$OUT"
mapfile -t CASES < <(cases)
names=$(grep -oE '#\[cfg\([a-z_]+\)' "$HERE/$FILE" | sort -u | wc -l)

ktap_set_plan $((${#CASES[@]} + 2))
ktap_check_equal "every case has its mark" "${#CASES[@]}" "$names"
compile >"$OUT/log" 2>&1 || ktap_print_msg "$(cat "$OUT/log")"
ktap_check "what is right compiles" test -n "$COMMAND"

for case in "${CASES[@]}"; do
	read -r name code line <<<"$case"
	if compile_case "$name"; then
		ktap_print_msg "line $line compiles"
		ktap_test_fail "$name"
	else
		ktap_check_equal "$name: $code" "$(errors)" "$code $line"
	fi
done

ktap_finished
