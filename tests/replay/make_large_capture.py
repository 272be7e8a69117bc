#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a capture of any length out of captures/branch-lan.pcap, to measure how fast and in how much memory it replays.

make_large_capture.py OUT.pcap [--packets N] [--interval SECONDS]

The bundled capture is played over and over, each time by other hosts: copy k has IPv4 clients of its own below 10.42.0.0 to
10.255.255.255 and IPv6 subnets of its own in 2001:db8:42::/48, and begins `interval` seconds (default 2) after the one
before. So many clients are at work at once, every copy's flows are new, and the clock moves on. Checksums stay right. The
same bytes every time.
"""
import argparse
import heapq
import pathlib
import struct

from packets import (
    ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_QINQ, ETHERTYPE_VLAN, ICMP, ICMPV6, TCP, UDP, checksum,
)

SOURCE = pathlib.Path(__file__).parent / "captures" / "branch-lan.pcap"
SITE4, SITE6 = b"\x0a\x2a", b"\x20\x01\x0d\xb8\x00\x42"
FRAGMENT = 44
CHECKSUM_OFFSET = {TCP: 16, UDP: 6, ICMPV6: 2}
MOST_COPIES = 4095  # above, subnets would repeat
ERRORS4, ERRORS6 = (3, 4, 5, 11, 12), (1, 2, 3, 4)


class Template:
    """One frame of the bundled capture and where it must be changed for another copy."""

    def __init__(self, time_us, frame):
        self.time_us = time_us
        self.frame = frame
        self.addresses = []  # (offset of the word or words that change, is IPv4)
        self.sums = []  # (offset of a checksum, addresses it covers, of UDP)
        self.icmp = None  # (offset of the ICMP message, IP header): an error, summed anew
        ethertype, offset = struct.unpack_from("!H", frame, 12)[0], 14
        while ethertype in (ETHERTYPE_VLAN, ETHERTYPE_QINQ):
            ethertype, offset = struct.unpack_from("!H", frame, offset + 2)[0], offset + 4
        if ethertype == ETHERTYPE_IPV4:
            self.note_ipv4(offset)
        elif ethertype == ETHERTYPE_IPV6:
            self.note_ipv6(offset)

    def note_ipv4(self, ip):
        found = [at for at in (ip + 12, ip + 16) if self.frame[at : at + 2] == SITE4]
        self.addresses += [(at, True) for at in found]
        self.sums.append((ip + 10, len(found), False))
        protocol, transport = self.frame[ip + 9], ip + (self.frame[ip] & 15) * 4
        later_fragment = struct.unpack_from("!H", self.frame, ip + 6)[0] & 0x1FFF
        if later_fragment or transport >= len(self.frame):
            return
        self.note_transport(transport, protocol, len(found))
        if protocol == ICMP and self.frame[transport] in ERRORS4 and self.icmp is None:
            self.icmp = (transport, ip)
            self.note_ipv4(transport + 8)

    def note_ipv6(self, ip):
        found = [at for at in (ip + 8, ip + 24) if self.frame[at : at + 6] == SITE6]
        self.addresses += [(at + 6, False) for at in found]
        protocol, transport = self.frame[ip + 6], ip + 40
        if protocol == FRAGMENT:
            if struct.unpack_from("!H", self.frame, transport + 2)[0] & 0xFFF8:
                return
            protocol, transport = self.frame[transport], transport + 8
        if protocol == ICMPV6 and self.frame[transport] in ERRORS6 and self.icmp is None:
            self.icmp = (transport, ip)
            self.note_ipv6(transport + 8)
        else:
            self.note_transport(transport, protocol, len(found))

    def note_transport(self, transport, protocol, n_addresses):
        offset = transport + CHECKSUM_OFFSET.get(protocol, len(self.frame))
        if offset + 2 <= len(self.frame):
            self.sums.append((offset, n_addresses, protocol == UDP))

    def of_copy(self, k):
        """The frame as copy `k` has it."""
        frame = bytearray(self.frame)
        network, subnet = (k // 32) << 16 | (k % 32) << 11, k << 4
        for at, is_ipv4 in self.addresses:
            if is_ipv4:
                struct.pack_into("!I", frame, at, struct.unpack_from("!I", frame, at)[0] + network)
            else:
                struct.pack_into("!H", frame, at, struct.unpack_from("!H", frame, at)[0] + subnet)
        # What each changed address adds to a sum is the same, whatever the address was.
        is_ipv4 = bool(self.addresses) and self.addresses[0][1]
        added = (network >> 16) + (network & 0xFFFF) if is_ipv4 else subnet
        for at, n_addresses, of_udp in self.sums:
            update(frame, at, n_addresses * added, of_udp)
        if self.icmp:
            sum_error_anew(frame, *self.icmp)
        return frame


def update(frame, at, added, of_udp):
    """Makes up for words that grew by `added` in all (RFC 1624)."""
    (old,) = struct.unpack_from("!H", frame, at)
    if of_udp and old == 0:
        return
    total = (~old & 0xFFFF) + added
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    value = ~total & 0xFFFF
    struct.pack_into("!H", frame, at, 0xFFFF if of_udp and value == 0 else value)


def sum_error_anew(frame, message, ip):
    struct.pack_into("!H", frame, message + 2, 0)
    if frame[ip] >> 4 == 4:
        end, covered = ip + struct.unpack_from("!H", frame, ip + 2)[0], b""
    else:
        size = struct.unpack_from("!H", frame, ip + 4)[0]
        end = ip + 40 + size
        covered = bytes(frame[ip + 8 : ip + 40]) + struct.pack("!I3xB", end - message, ICMPV6)
    struct.pack_into("!H", frame, message + 2, checksum(covered + bytes(frame[message:end])))


def read_templates():
    data = SOURCE.read_bytes()
    templates, at = [], 24
    while at < len(data):
        seconds, microseconds, kept, _ = struct.unpack_from("<IIII", data, at)
        templates.append(Template(seconds * 1_000_000 + microseconds, data[at + 16 : at + 16 + kept]))
        at += 16 + kept
    return data[:24], templates


def frames(templates, n_packets, interval_us):
    """(time, frame) in order of time: copies run beside each other, each a step behind the one before."""
    waiting, next_copy = [], 0
    for _ in range(n_packets):
        while next_copy <= MOST_COPIES and (
            not waiting or waiting[0][0] >= templates[0].time_us + next_copy * interval_us
        ):
            heapq.heappush(waiting, (templates[0].time_us + next_copy * interval_us, next_copy, 0))
            next_copy += 1
        time_us, k, i = waiting[0]
        yield time_us, templates[i].of_copy(k)
        if i + 1 < len(templates):
            heapq.heapreplace(waiting, (templates[i + 1].time_us + k * interval_us, k, i + 1))
        else:
            heapq.heappop(waiting)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", metavar="OUT.pcap")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--interval", type=float, default=2.0, metavar="SECONDS")
    options = parser.parse_args()
    header, templates = read_templates()
    if options.packets > MOST_COPIES * len(templates):
        parser.error(f"at most {MOST_COPIES * len(templates)} packets")
    with open(options.out, "wb") as file:
        file.write(header)
        for time_us, frame in frames(templates, options.packets, int(options.interval * 1_000_000)):
            file.write(struct.pack("<IIII", time_us // 1_000_000, time_us % 1_000_000, len(frame), len(frame)))
            file.write(frame)


if __name__ == "__main__":
    main()
