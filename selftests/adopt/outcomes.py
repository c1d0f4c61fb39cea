# SPDX-License-Identifier: GPL-2.0
"""What lib/test_bpf.c has said in the kernel log, without times: a line for each test.

usage: outcomes.py <LOG

It prints a line in two parts, so other messages may stand between them.
"""

import re
import sys

log = "\n".join(re.sub(r"^\[[ \d.]+\] ", "", line) for line in sys.stdin.read().splitlines())
for test in re.finditer(r"^test_bpf: #(\d+) (.*?)(?=^test_bpf:|\Z)", log, re.M | re.S):
    number, said = test.groups()
    name = re.sub(r" *(jited:\d)?[\d ]*((PASS|FAIL).*)?$", "", said.splitlines()[0])
    found = (re.search(pattern, said) for pattern in (r"jited:\d", r"PASS|FAIL"))
    print(number, name, *(part.group(0) if part else "-" for part in found))
for summary in re.finditer(r"^test_bpf: .*Summary: .*", log, re.M):
    print(summary.group(0))
