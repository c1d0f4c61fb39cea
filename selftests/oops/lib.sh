# SPDX-License-Identifier: GPL-2.0
#
# Accesses that must kill the task that tries them, and nobody else.

# field NAME of the line in which the module says what it expects
__expected() {
	sed -n "s/.*jit_test_oops: expect .*$1=\([^ ]*\).*/\1/p" "$OOPS_LOG"
}

# reported REGEX
__reported() {
	grep -qiE "$1" "$OOPS_LOG" || {
		ktap_print_msg "not in the report: $1"
		return 1
	}
}

# How this architecture's kernel reports them
case $(uname -m) in
x86_64)
	OOPS_AT="BUG: unable to handle page fault for address: %s\$"
	OOPS_ERROR="#PF: error_code\(%s\)"
	OOPS_IP="RIP: 0010:%s"
	OOPS_SHOW='expect|BUG:|#PF: err|RIP: 0010'
	OOPS_STATUS=137
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
	# An address without a name, or the function of the module that did it
	if [ "$ip" = 0 ]; then
		ip="$1(\.cold)?\+0x"
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

# expect_oops CASE WHAT: three results
expect_oops() {
	local case=$1 what=$2 died

	OOPS_LOG=$(mktemp)
	log_mark
	# What asks for it dies with it.
	{
		bash -c 'echo "$1" >"$2"' bash "$case" \
			"$DEBUGFS/jit_test_oops/run"
	} 2>/dev/null
	died=$?
	log_since_mark >"$OOPS_LOG"

	ktap_check_equal "$what kills the task" $died $OOPS_STATUS
	ktap_check_equal "$what is one oops" \
		"$(grep -cE '(Oops|Internal error: Oops): ' "$OOPS_LOG")" 1
	ktap_check "$what is reported as it should be" \
		__oops_is_as_announced "$case"
	grep -E "$OOPS_SHOW" "$OOPS_LOG" |
		head -4 | sed 's/^/# /'
	rm -f "$OOPS_LOG"
}
