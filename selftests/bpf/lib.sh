# SPDX-License-Identifier: GPL-2.0
#
# The filter's parser, checker and code generator, tested on the machine that
# builds them. Source it after ktap.sh.

# cbpf_test BACKEND COMPILER [EMULATOR]
cbpf_test() {
	local backend=$1 compiler=$2 emulator=${3-} here out status

	here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
	out=$here/../../build/bpf/$backend
	ktap_print_header
	mkdir -p "$out"
	make -C "$here/host" OUT="$out" BACKEND="$backend" CC="$compiler -Werror" \
		>"$out/make.log" 2>&1 || {
		ktap_print_msg "$(cat "$out/make.log")"
		ktap_exit_fail_msg "the code generator does not compile in user space"
	}

	$emulator "$out/test_cbpf" >"$out/test_cbpf.out"
	status=$?

	ktap_set_plan 17
	ktap_import < <(sed -nE '/^# (Totals|seed)/d; s/^((not )?ok) [0-9]+ - /\1 /p
				 /^#/p' "$out/test_cbpf.out")
	ktap_check_equal "the program ran to its end" "$status" 0
	ktap_finished
}
