# SPDX-License-Identifier: GPL-2.0
"""Random and malformed programs, judged by the module and by the kernel."""

import errno
import random
import socket
import sys

import cbpf
import random_cbpf
import traffic

SEED = 20230601
DAMAGED = 900
GOOD = 250

MALFORMED = [
    "0", "\n", "x", "-1", "1", "1,", "1,6 0 0", "1,6 0 0 x", "1,6 0 0 0 0",
    "1,6 0 0 0,,", "1,6 0 0 0,6 0 0 0", "2,6 0 0 0", "1,6,0,0,0", "1;6 0 0 0",
    "1,65542 0 0 0", "1,6 256 0 0", "1,6 0 256 0", "1,6 0 0 4294967296",
    "1,6 0 0 99999999999999999999", "1,6 0 0 -1", "1,6 0 0 0x10", "4097,6 0 0 0",
    "18446744073709551617,6 0 0 0", "1,6 0 0 0 #", "(000) ret #0", "1,6 0 0 0\0",
    "1,0 0 0 0", "1,14 0 0 0", "2,6 0 0 0,0 0 0 0", "2,21 1 0 0,6 0 0 0",
    "2,21 0 1 0,6 0 0 0", "2,5 0 0 1,6 0 0 0", "2,5 0 0 4294967295,6 0 0 0",
    "2,52 0 0 0,6 0 0 0", "2,148 0 0 0,6 0 0 0", "2,100 0 0 32,6 0 0 0",
    "2,116 0 0 32,6 0 0 0", "2,96 0 0 0,6 0 0 0", "2,2 0 0 16,6 0 0 0",
    "4,21 1 0 0,2 0 0 0,96 0 0 0,6 0 0 0", "2,48 0 0 4294963265,6 0 0 0",
    "2,40 0 0 4294963264,6 0 0 0", "2,33 0 0 0,6 0 0 0", "2,13 0 0 0,6 0 0 0",
]


def check_malformed():
    before = cbpf.loaded()
    taken = [text for text in MALFORMED if cbpf.load(text) != errno.EINVAL]
    cbpf.report(not taken, "malformed texts are refused", taken)
    cbpf.report(cbpf.loaded() == before, "the old filter stays")

    longest = [cbpf.Insn(0, 0, 0, i) for i in range(4095)] + [cbpf.Insn(6, 0, 0, 1)]
    cbpf.report(cbpf.load(cbpf.text_of(longest)) == 0 and
                cbpf.loaded() == cbpf.text_of(longest),
                "4096 instructions are taken")
    cbpf.report(cbpf.load(cbpf.text_of(longest + longest[-1:])) == errno.EINVAL,
                "4097 instructions are refused")
    cbpf.report(cbpf.load("1,6 0 0 0" + " " * 200000) == 0,
                "blanks behind a program are nothing")
    cbpf.report(cbpf.load("2,0 0 0 1,") == errno.EINVAL and
                cbpf.load("2,0 0 0 1,6 0", " 0") == errno.EINVAL,
                "half a program is refused")
    cbpf.report(cbpf.load("2,0 0", " 0 1,6 0 0 0") == 0 and
                cbpf.loaded() == "2\n0 0 0 1\n6 0 0 0\n",
                "two halves are taken")


def check_damaged(rng):
    """Every verdict has to be the kernel's."""
    refused, different = 0, []
    for _ in range(DAMAGED):
        prog = random_cbpf.damaged(rng, rng.randrange(1, 24))
        kernel, module = cbpf.kernel_verdict(prog), cbpf.load(cbpf.text_of(prog))
        refused += module == errno.EINVAL
        if kernel != module:
            different.append((kernel, module, cbpf.text_of(prog)))
    print(f"# figure: damaged={DAMAGED} refused={refused}")
    cbpf.report(not different and 500 <= refused < DAMAGED,
                "damaged programs are refused as by the kernel",
                different[:2] or refused)


class Stream:
    """A TCP connection: its packets have most of their bytes in pages."""

    def __init__(self, packets):
        server = packets.servers[traffic.THERE]
        self.client = socket.create_connection((traffic.THERE, traffic.TCP_PORT))
        self.accepted, _ = server.accept()

    def exchange(self, rng):
        for source, sink in ((self.client, self.accepted),
                             (self.accepted, self.client)):
            data = rng.randbytes(rng.randrange(1, 9000))
            source.sendall(data)
            while data:
                data = data[len(sink.recv(len(data))):]


def packets_for(rng, packets, stream):
    packets.odd_frames()
    for i in range(24):
        packets.frame(i & 1, rng.choice([0x0800, 0x86DD, 0x0806, 0x88B5]),
                      rng.randbytes(rng.randrange(300)))
    packets.datagrams(4, rng.randbytes(rng.randrange(1400)))
    for _ in range(4):
        stream.exchange(rng)


def check_good(rng, packets):
    """Random programs on packets of all kinds, next to the kernel's filter."""
    stream = Stream(packets)
    seen = matched = 0
    wrong = []
    for _ in range(GOOD):
        prog = random_cbpf.good(rng, rng.randrange(1, 40))
        text = cbpf.text_of(prog)
        error = cbpf.load(text)
        if error:
            wrong.append((error, text))
            continue
        packets_for(rng, packets, stream)
        now = cbpf.stats()
        if now["disagree"] or now["agree"] < 50:
            wrong.append((now, text))
        seen += now["agree"]
        matched += now["matched"]
    print(f"# figure: programs={GOOD} comparisons={seen} matched={matched}")
    cbpf.report(not wrong and matched > seen // 20,
                "random programs return what the kernel's filter returns", wrong[:2])


def main():
    device, peer = sys.argv[1:]
    rng = random.Random(SEED)
    check_malformed()
    check_damaged(rng)
    check_good(rng, traffic.Traffic(device, peer))
    return 1 if cbpf.failures else 0


if __name__ == "__main__":
    sys.exit(main())
