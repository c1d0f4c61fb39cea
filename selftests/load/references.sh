#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Users hold a reference by what they link to.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

ROUNDS=50

vm_test_begin 10 jit_test_user

ktap_check_equal "the user is counted" "$(module_refcount jitalloc)" 1
ktap_check "what it has is live" test "$(live_bytes)" -gt 0

err=$(rmmod jitalloc 2>&1)
ktap_check_equal "a used allocator does not unload" $? 1
ktap_check "the error names the user" grep -q "in use by: jit_test_user" <<<"$err"


# rmmod looks first and does not even try; the kernel refuses as well.
refused=$(python3 - $ROUNDS <<'END'
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
refused = 0
for _ in range(int(sys.argv[1])):
    err = libc.delete_module(b"jitalloc", os.O_NONBLOCK)
    refused += err == -1 and ctypes.get_errno() == errno.EWOULDBLOCK
print(refused)
END
)
ktap_check_equal "nor when the kernel is asked $ROUNDS times" \
	"$refused" $ROUNDS
ktap_check "it still works" load_module jit_test_alloc
ktap_check_equal "two users are counted" "$(module_refcount jitalloc)" 2
ktap_check "the second leaves" unload_module jit_test_alloc

unload_module jit_test_user
ktap_check_equal "nobody uses it any more" "$(module_refcount jitalloc)" 0
ktap_check_equal "nothing is live any more" "$(live_bytes)" 0
load_module jit_test_user

vm_test_end
