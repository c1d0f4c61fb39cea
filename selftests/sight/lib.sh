# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests of the files in debugfs have in common. Source it after module.sh.

# shown_cases CASE...: run cases of jit_test_shown; its list of blocks is left out.
shown_cases() {
	local case

	for case in "$@"; do
		echo "$case" >"$DEBUGFS/jit_test_shown/run"
		ktap_import < <(grep -v '^# block' "$DEBUGFS/jit_test_shown/results")
	done
}
