# SPDX-License-Identifier: GPL-2.0
#
# Accesses that must kill the task that tries them, and nobody else: cases of
# OOPS_MODULE.

OOPS_MODULE=${OOPS_MODULE:-jit_test_oops}

# field NAME of the line in which the module says what it expects
__expected() {
	sed -n "s/.*$OOPS_MODULE: expect .*$1=\([^ ]*\).*/\1/p" "$OOPS_LOG"
}

# reported REGEX
__reported() {
	grep -qiE "$1" "$OOPS_LOG" || {
		ktap_print_msg "not in the report: $1"
		return 1
	}
}

# How this architecture's kernel reports them; whether text has an alias in the
# direct map, whether a trap kills a task as an access does, and how many do
# shellcheck disable=SC2034
OOPS_ALIAS=1 OOPS_TRAPS=0 OOPS_NR=9
case $(uname -m) in
x86_64)
	OOPS_AT="BUG: unable to handle page fault for address: %s\$"
	OOPS_ERROR="#PF: error_code\(%s\)"
	OOPS_IP="RIP: 0010:%s"
	OOPS_SHOW='expect|BUG:|#PF: err|RIP: 0010'
	OOPS_STATUS=137
	;;
arm*)
	OOPS_AT="Unable to handle kernel .* at virtual address %s when"
	OOPS_ERROR="Oops: %s "
	OOPS_IP="PC is at %s"
	OOPS_SHOW='expect|Unable to|error:|PC is'
	OOPS_STATUS=139
	# shellcheck disable=SC2034
	OOPS_ALIAS=0 OOPS_TRAPS=1 OOPS_NR=6
	;;
*)
	OOPS_AT="Unable to handle kernel .* at virtual address %s\$"
	OOPS_ERROR="ESR = %s\$"
	OOPS_IP="pc : %s"
	OOPS_SHOW='expect|Unable to|ESR =|pc :'
	OOPS_STATUS=139
	;;
esac

# Whether the report is the one that the module has announced.
__oops_is_as_announced() {
	local ip

	ip=$(__expected ip)
	[ -n "$ip" ] || {
		ktap_print_msg "the module did not say what to expect"
		return 1
	}
	# An address without a name, the function of the module that did it, or text
	if [ "$ip" = 0 ]; then
		ip="$1(\.cold| \[jitalloc\])?\+0x"
	else
		ip="0x$ip( |\$)"
	fi
	# shellcheck disable=SC2059 # formats, chosen above
	{
		__reported "$(printf "$OOPS_AT" "$(__expected addr)")" &&
			__reported "$(printf "$OOPS_ERROR" "$(__expected error)")" &&
			__reported "$(printf "$OOPS_IP" "$ip")"
	}
}

# What asks for it dies with it.
__run_to_death() {
	local died

	OOPS_LOG=$(mktemp)
	log_mark
	{
		bash -c 'echo "$1" >"$2"' bash "$1" "$DEBUGFS/$OOPS_MODULE/run"
	} 2>/dev/null
	died=$?
	log_since_mark >"$OOPS_LOG"
	ktap_check_equal "$2 kills the task" $died $OOPS_STATUS
}

# expect_trap CASE WHAT: three results
expect_trap() {
	__run_to_death "$1" "$2"
	ktap_check_equal "$2 is one oops" \
		"$(grep -c 'Internal error: Oops - undefined instruction: ' "$OOPS_LOG")" 1
	# shellcheck disable=SC2059 # a format, chosen above
	ktap_check "$2 is reported as it should be" \
		__reported "$(printf "$OOPS_IP" "0x$(__expected ip)")"
	rm -f "$OOPS_LOG"
}

# expect_oops CASE WHAT: three results
expect_oops() {
	local case=$1 what=$2

	__run_to_death "$case" "$what"
	ktap_check_equal "$what is one oops" \
		"$(grep -cE '(Oops|Internal error: Oops): ' "$OOPS_LOG")" 1
	ktap_check "$what is reported as it should be" \
		__oops_is_as_announced "$case"
	grep -E "$OOPS_SHOW" "$OOPS_LOG" |
		head -4 | sed 's/^/# /'
	rm -f "$OOPS_LOG"
}
