#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each step of loading the module fails once: it does not load, or does without what
# has failed, and nothing of it is left after that. In the end it loads.
#
# boot: own
# timeout: 1200
# append: setcpuid=ibpb

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/state.sh"
. "$(dirname "$0")/../variants/lib.sh"
. "$(dirname "$0")/lib.sh"

# note WHAT: it is wrong
note() {
	wrong+="step $n, $said: $1"$'\n'
}

# fail_step N [PARAM=VALUE...]: fails if there is no Nth step; sets $said
fail_step() {
	local n=$1 err left log after

	shift
	said=
	log_mark
	if err=$(load_variant faults fail_nth="$n" "$@" 2>&1); then
		read -r left </sys/module/jitalloc/parameters/fail_nth
		[ "$left" -eq 0 ] || return 1
		survived+=" $(log_said)"
		load_module jit_test_faults && run_case_of_each || note "it cannot be used"
		unload_modules jit_test_faults jitalloc
	else
		refused+=" $(log_said)"
		! module_is_loaded jitalloc || note "it is loaded all the same"
		[[ $err == *": Cannot allocate memory"* || $err == *": Bad address"* ||
		   $err == *": No such file or directory"* ||
		   $err == *": Operation not permitted"* ||
		   $err == *": Unknown symbol in module"* ||
		   $err == *": Invalid parameters"* || $err == *": Invalid argument"* ]] ||
			note "$err"
	fi
	log=$(log_since_mark)
	said=$(sed -n 's/.*jitalloc: injected a fault: //p' <<<"$log")
	[ "$(wc -w <<<"$said")" -eq 1 ] || note "one fault is injected"
	! grep -qE "$LOG_SPLAT" <<<"$log" || note "the log says that something is wrong"
	after=$(module_state)
	[ "$after" = "$before" ] ||
		note "left: $(diff <(echo "$before") <(echo "$after") | head -n 5)"
	# To read them all takes as long as the rest of ten steps.
	[ $((n % 10)) -ne 0 ] || [ "$(symbol_state)" = "$symbols" ] || note "symbols are left"
}

log_said() {
	log_since_mark | sed -n 's/.*jitalloc: injected a fault: //p'
}

run_case_of_each() {
	wrong_before=$wrong
	case_run text data works
	[ "$wrong" = "$wrong_before" ]
}

ktap_print_header
ktap_set_plan 12
unload_modules jit_test_faults jitalloc
# What is made once for all is made before.
load_variant faults && load_module jit_test_faults
unload_modules jit_test_faults jitalloc
before=$(module_state)
symbols=$(symbol_state)
wrong='' backing=0 refused='' survived=''
for ((nr = 1; nr < 500; nr++)); do
	fail_step "$nr" || break
	[ "$said" != backing ] || backing=$nr
done
steps=$((nr - 1))
ktap_figure load_faults "$steps"
ktap_check "there are steps that fail ($steps)" test "$steps" -ge 60 -a "$steps" -lt 499
ktap_print_msg "without it loads all the same: $(tr ' ' '\n' <<<"$survived" | sort | uniq -c | tr '\n' ' ')"
ktap_check "it is loaded without one more" module_is_loaded jitalloc
all=$(points 0)
unload_modules jitalloc
# Only who asks for barriers makes what counts them, just before that.
is_unreached predictors || fail_step "$backing" pred_flush=1
load_variant faults
[ -z "$wrong" ] || ktap_print_msg "$(head -c 3000 <<<"$wrong")"
ktap_check_equal "each as documented, and nothing is left" "$wrong" ""
missed=
for point in $all; do
	! is_load_point "$point" || is_unreached "$point" ||
		[[ " $refused $survived " == *" $point "* ]] || missed+=" $point"
done
ktap_check_equal "each point has failed that is for loading" "$missed" ""
load_module jit_test_faults
run_cases jit_test_faults works
unload_modules jit_test_faults
ktap_check "it unloads" unload_module jitalloc
ktap_check_equal "nothing is left" "$(module_state)" "$before"
ktap_check_equal "nor a symbol" "$(symbol_state)" "$symbols"
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
