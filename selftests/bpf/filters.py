# SPDX-License-Identifier: GPL-2.0
"""Real filter expressions on real packets, against the kernel's own filter."""

import sys
import time

import cbpf
import traffic

# Pings of a full burst but the fragmented ones. The devices take the tag of
# VLAN packets off, so to most expressions these look like any other.
PINGS = traffic.PINGS + traffic.VLAN_PINGS
CONNECTIONS = traffic.CONNECTIONS + 1

# Expressions, and how many packets of a burst match where that is certain.
EXPRESSIONS = {
    "": None,
    "ip": None,
    "ip6": None,
    "arp": 1,
    "tcp": None,
    "udp": None,
    "icmp": None,
    "icmp6": None,
    "host 10.9.0.2": None,
    "src host 10.9.0.2": None,
    "dst host 10.9.0.2 and icmp": None,
    "ip6 host fd09::2": None,
    "net 10.9.0.0/24": None,
    "not net 10.9.0.0/24": None,
    "src net 10.0.0.0/8 and dst net 10.9.7.0/24": None,
    "port 8080": None,
    "src port 8080": None,
    "tcp dst port 8080": None,
    "udp dst port 7777": traffic.DATAGRAMS,
    "portrange 7000-7800": None,
    "tcp portrange 8000-9000": None,
    "not (tcp or udp or icmp or arp)": None,
    "tcp[13] & 2 != 0": 2 * CONNECTIONS,
    "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn": CONNECTIONS,
    "tcp[tcpflags] & (tcp-fin|tcp-rst) != 0": None,
    "tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420": CONNECTIONS,
    "tcp and greater 1000": None,
    # Bytes of the answer, which are in pages and not in the head of a packet.
    "tcp[100] = 68": None,
    "tcp[200:2] = 0xa8a9": None,
    "tcp[300:4] = 0x0c0d0e0f": None,
    "tcp and ether[400:2] & 1 = 1": None,
    "icmp[icmptype] == icmp-echo and less 200": PINGS,
    "icmp[icmptype] == icmp-echoreply and less 200": PINGS,
    "icmp[0] == 8 and ip[2:2] <= 84": PINGS,
    "icmp6 and ip6[40] == 128": traffic.PINGS6,
    "ip6[6] = 44": 2 * traffic.FRAGMENTED6 * traffic.FRAGMENTS6 + 2,
    "ip6[6] = 44 and ip6[42:2] & 0xfff8 != 0": None,
    "ip6[6] = 44 and ip6[40] = 58": 2 * traffic.FRAGMENTED6 * traffic.FRAGMENTS6,
    "ip6[6] = 43 or ip6[6] = 60": 3,
    "ip6[6] = 0 and ip6[40] = 60 and ip6[58:2] = 4321": 1,
    "ip6[6] = 60 and ip6[40] = 17 and ip6[50:2] = 4321": 1,
    "ip6 and udp": None,
    "ip6 and not (tcp or udp or icmp6)": None,
    "ip[2:2] > 100": None,
    "ip[0] & 0xf > 5": 3,
    "ip[6:2] & 0x1fff != 0": 2 * 2 * traffic.FRAGMENTED,
    "ip[6] & 0x20 != 0": 2 * 2 * traffic.FRAGMENTED,
    "ip[8] < 64": None,
    "udp[8:4] = 0xdeadbeef": traffic.DATAGRAMS + 1,
    "(ip[2:2] - ((ip[0] & 0xf) << 2)) % 3 = 0": None,
    "ip[2:2] / ip[8] > 2": None,
    "ip[4:2] ^ ip[2:2] > 100": None,
    "ip[2:2] * 3 - ip[9] | 5 = 0x105 or len & 1 = 1": None,
    "less 60": None,
    "greater 500": None,
    "len > 1400 and len <= 65535": None,
    "ether proto 0x88b5": traffic.ODD_FRAMES,
    "ether proto 0x88b5 and inbound": traffic.ODD_FRAMES // 2,
    "ether proto 0x88b5 and outbound": traffic.ODD_FRAMES // 2,
    "ether broadcast and ether proto 0x88b6": 1,
    "ether multicast and ether proto 0x88b6": 2,
    "ether[0] & 1 = 0 and ip6": None,
    "ether src 02:00:00:09:00:02": None,
    "inbound": None,
    "outbound and icmp[0] == 8 and less 200": PINGS,
    "vlan": None,
    "vlan 7": None,
    "vlan 7 and icmp": 2 * traffic.VLAN_PINGS,
    "vlan 7 and tcp[13] & 2 != 0": 2,
    "icmp[0] == 8 and less 200 and not vlan": traffic.PINGS,
    "vlan 100 and vlan 7": 2,
    "vlan 8": 0,
    "vlan 7 and host 10.9.7.2 and tcp src port 8080": None,
    "mpls 100": 1,
    "icmp or (udp and not port 53) or (vlan and ip6)": None,
    "(host 10.9.0.1 or host 10.9.0.3 or host 10.9.0.4 or net 10.11.0.0/16) "
    "and (port 1 or port 2 or port 3 or port 8080) and not tcp[13] & 4 != 0": None,
}


def settle(passed, expected):
    """Packets come in a moment after they were sent."""
    for _ in range(40):
        now = cbpf.stats()
        if now["seen"] == passed and (expected is None or
                                      now["matched"] >= expected):
            break
        time.sleep(0.05)
        passed = now["seen"]
    return now


def try_once(packets, device, prog, expected):
    """One burst through one filter; what is wrong, or what was counted."""
    if cbpf.load(cbpf.text_of(prog)):
        return "the module refused it", None
    everything = cbpf.PacketSocket(device, [cbpf.Insn(6, 0, 0, 1)])
    socket = cbpf.PacketSocket(device, prog)
    before = cbpf.stats()
    packets.burst()
    now = settle(-1, expected)
    seen, matched = everything.count(), socket.count()
    everything.close()
    socket.close()

    if now["disagree"]:
        return f"{now['disagree']} packets on which the results differ", None
    if now["agree"] != now["seen"] or now["matched"] != now["kernel_matched"]:
        return f"counters do not add up: {now}", None
    if before["seen"] or now["seen"] != seen:
        # Something else was on the wire while the filters were put in place.
        return None, None
    if now["matched"] != matched:
        return f"{now['matched']} matches, {matched} at a packet socket", None
    if expected is not None and now["matched"] != expected:
        return f"{now['matched']} matches, {expected} were sent", None
    if expected is None and not matched:
        return "nothing matched", None
    if seen < 100:
        return f"only {seen} packets", None
    return None, now


def main():
    device, peer = sys.argv[1:]
    packets = traffic.Traffic(device, peer)
    packets.burst()
    bursts = total = collected = matched = 0

    for expression, expected in EXPRESSIONS.items():
        name = f"'{expression}'" if expression else "every packet"
        why, now = "something else is on the wire", None
        prog = cbpf.compile_expression(expression, device)
        for _ in range(5):
            bursts += 1
            wrong, now = try_once(packets, device, prog, expected)
            if wrong or now:
                why = wrong
                break
        if now:
            total += now["seen"]
            matched += now["matched"]
            collected += 1
        cbpf.report(now is not None, name, why)
    print(f"# figure: expressions={collected} bursts={bursts} packets={total} matched={matched}")
    return 1 if cbpf.failures else 0


if __name__ == "__main__":
    sys.exit(main())
