# SPDX-License-Identifier: GPL-2.0
"""Load and unload a module so many times, and print how often both worked.

usage: pairs.py MODULE.ko COUNT

By system calls: three hundred times two programs would be most of the time.
"""

import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
path, count = sys.argv[1], int(sys.argv[2])
name = os.path.basename(path).removesuffix(".ko").encode()

with open(path, "rb") as module:
    image = module.read()

ok = 0
for _ in range(count):
    # os.O_NONBLOCK: do not wait for users to leave
    if libc.init_module(image, ctypes.c_ulong(len(image)), b"") == 0:
        ok += libc.delete_module(name, os.O_NONBLOCK) == 0
print(ok)
