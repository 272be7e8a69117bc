#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes captures/odd.pcap: packets that are legal but rare, and packets that are wrong.

make_odd_capture.py [OUT.pcap]      the capture; the same bytes every time
make_odd_capture.py --list          what each frame is
make_odd_capture.py --seeds FOLDER  one file per frame, to start a fuzzer from
"""
import pathlib
import struct
import sys

from packets import (
    ACK, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_QINQ, ETHERTYPE_VLAN, FIN, ICMP, ICMPV6, PSH, RST, SYN, TCP, UDP, URG,
    ethernet, icmp, icmpv6, ipv4, ipv6, tcp, udp,
)

GATEWAY, HOST, OTHER = "02:00:00:00:42:01", "02:00:00:00:42:11", "02:00:00:00:42:12"
C4, C6 = "10.42.0.11", "2001:db8:42:1::11"
ENTRA4, ENTRA6 = "20.190.128.10", "2603:1006:2000::10"
WEB4, WEB6 = "198.51.100.80", "2001:db8:ffff::80"
ROUTER4, ROUTER6 = "10.42.0.1", "2001:db8:42:1::1"
MSS = b"\x02\x04\x05\xb4"
MORE = 0x2000  # more fragments follow
HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AH, NO_NEXT, DESTINATION = 0, 43, 44, 50, 51, 59, 60
PADDING_OPTION = b"\x00\x01\x04\0\0\0\0"  # length 0 (8 bytes in all), PadN


def out4(payload, **options):
    return ethernet(HOST, GATEWAY, ETHERTYPE_IPV4, payload, **options)


def in4(payload, **options):
    return ethernet(GATEWAY, HOST, ETHERTYPE_IPV4, payload, **options)


def out6(payload, **options):
    return ethernet(HOST, GATEWAY, ETHERTYPE_IPV6, payload, **options)


def in6(payload, **options):
    return ethernet(GATEWAY, HOST, ETHERTYPE_IPV6, payload, **options)


def tcp4(source, destination, ports, payload=b"", ip=None, **fields):
    return ipv4(source, destination, TCP, tcp(source, destination, ports, payload, **fields), **(ip or {}))


def tcp6(source, destination, ports, payload=b"", ip=None, **fields):
    return ipv6(source, destination, TCP, tcp(source, destination, ports, payload, **fields), **(ip or {}))


def udp4(source, destination, ports, payload=b"", ip=None, **fields):
    return ipv4(source, destination, UDP, udp(source, destination, ports, payload, **fields), **(ip or {}))


def udp6(source, destination, ports, payload=b"", ip=None, **fields):
    return ipv6(source, destination, UDP, udp(source, destination, ports, payload, **fields), **(ip or {}))


def opened_flows():
    """Two flows the rest of the capture refers to: 40000 to port 443, IPv4 and IPv6."""
    for name, out, back, segment, client, server in (
        ("IPv4", out4, in4, tcp4, C4, ENTRA4), ("IPv6", out6, in6, tcp6, C6, ENTRA6),
    ):
        yield f"{name} SYN", out(segment(client, server, (40000, 443), flags=SYN, options=MSS))
        yield f"{name} SYN-ACK", back(segment(server, client, (443, 40000), flags=SYN | ACK, options=MSS, ack=2))
        yield f"{name} ACK", out(segment(client, server, (40000, 443), seq=2, ack=2))
        yield f"{name} data", out(segment(client, server, (40000, 443), b"x" * 100, flags=PSH | ACK, seq=2, ack=2))
        yield f"{name} answer", back(segment(server, client, (443, 40000), b"y" * 100, seq=2, ack=102))


def ipv4_options():
    for name, option in (
        ("router alert", b"\x94\x04\0\0"), ("record route", b"\x07\x27\x04" + bytes(37)),
        ("loose source route", b"\x83\x07\x04\xc6\x33\x64\x50\0"), ("an option of length 0", b"\x07\0\0\0"),
    ):
        yield f"IPv4 with {name}", out4(tcp4(C4, ENTRA4, (40001, 443), flags=SYN, options=MSS, ip={"options": option}))


def ipv6_extensions():
    chains = {
        "hop-by-hop options": [(HOP_BY_HOP, PADDING_OPTION)],
        "destination options": [(DESTINATION, PADDING_OPTION)],
        "a routing header of type 0": [(ROUTING, b"\x02\0\x01\0\0\0\0" + bytes(16))],
        "a segment routing header": [(ROUTING, b"\x02\x04\0\0\0\0\0" + bytes(16))],
        "an atomic fragment": [(FRAGMENT, b"\0\0\0\0\0\0\x07")],
        "an authentication header": [(AH, b"\x04\0\0" + bytes(20))],
        "twelve extension headers": [(DESTINATION, PADDING_OPTION)] * 12,
        "an extension header past the end": [(DESTINATION, b"\xff" + PADDING_OPTION[1:])],
    }
    for name, extensions in chains.items():
        yield f"IPv6 with {name}", out6(
            tcp6(C6, ENTRA6, (40002, 443), flags=SYN, options=MSS, ip={"extensions": extensions}))
    yield "IPv6 with nothing behind it", out6(ipv6(C6, ENTRA6, NO_NEXT, b""))
    yield "IPv6 cut within an extension header", out6(ipv6(C6, ENTRA6, DESTINATION, b"\x06"))


def fragments():
    for name, server in (("a sign-in address", ENTRA4), ("a web server", WEB4)):
        segment = udp(C4, server, (40003, 443), bytes(3000))
        for i, start in enumerate(range(0, len(segment), 1480)):
            flags = (MORE if start + 1480 < len(segment) else 0) | start // 8
            yield f"IPv4 fragment {i} to {name}", out4(
                ipv4(C4, server, UDP, segment[start : start + 1480], fragment=flags, ident=7))
    segment = tcp(C4, ENTRA4, (40004, 443), flags=SYN, options=MSS)
    yield "IPv4 first fragment of 8 bytes", out4(ipv4(C4, ENTRA4, TCP, segment[:8], fragment=MORE, ident=8))
    yield "IPv4 second fragment of the rest", out4(ipv4(C4, ENTRA4, TCP, segment[8:], fragment=1, ident=8))
    yield "IPv4 overlapping fragment", out4(ipv4(C4, ENTRA4, TCP, bytes(24), fragment=1, ident=8))
    yield "IPv4 fragment past 65,535 bytes", out4(ipv4(C4, ENTRA4, UDP, bytes(100), fragment=0x1FFF, ident=9))
    segment = udp(C6, ENTRA6, (40003, 443), bytes(2000))
    yield "IPv6 first fragment", out6(
        ipv6(C6, ENTRA6, UDP, segment[:1440], extensions=[(FRAGMENT, b"\0\0\x01\0\0\0\x09")]))
    yield "IPv6 last fragment", out6(
        ipv6(C6, ENTRA6, UDP, segment[1440:], extensions=[(FRAGMENT, b"\0\x05\xa0\0\0\0\x09")]))


def icmp_errors():
    quoted4, quoted6 = tcp4(C4, ENTRA4, (40000, 443), seq=2), tcp6(C6, ENTRA6, (40000, 443), seq=2)
    unknown = tcp4(C4, ENTRA4, (40999, 443))
    for name, kind, code, rest, quote in (
        ("fragmentation needed about a flow", 3, 4, 1280, quoted4), ("port unreachable about a flow", 3, 3, 0, quoted4[:28]),
        ("an error about no flow", 3, 1, 0, unknown[:28]), ("an error quoting 19 bytes", 3, 1, 0, quoted4[:19]),
        ("an error quoting a fragment", 11, 1, 0, ipv4(C4, ENTRA4, TCP, bytes(8), fragment=185)),
        ("an error quoting an error", 3, 1, 0, ipv4(C4, ENTRA4, ICMP, icmp(3, 1, 0, quoted4[:28]))),
    ):
        yield f"ICMP: {name}", in4(ipv4(ENTRA4, C4, ICMP, icmp(kind, code, rest, quote)))
    yield "ICMP: an error from a client", out4(ipv4(C4, ENTRA4, ICMP, icmp(3, 3, 0, tcp4(ENTRA4, C4, (443, 40000))[:28])))
    for name, kind, rest, quote in (
        ("packet too big about a flow", 2, 1280, quoted6), ("an error quoting 39 bytes", 1, 0, quoted6[:39]),
    ):
        yield f"ICMPv6: {name}", in6(ipv6(ENTRA6, C6, ICMPV6, icmpv6(ENTRA6, C6, kind, 0, rest, quote)))


def sizes():
    for size in (1500, 8960, 20000, 64900):
        payload = bytes(size - 40)
        yield f"IPv4 of {size} bytes from a client", out4(tcp4(C4, ENTRA4, (40000, 443), payload, seq=102, ack=102))
        yield f"IPv4 of {size} bytes from a server", in4(tcp4(ENTRA4, C4, (443, 40000), payload, seq=102, ack=102))
    yield "a frame above 65,000 bytes", out4(tcp4(C4, ENTRA4, (40000, 443), bytes(65300), seq=102, ack=102))
    yield "a frame with Ethernet padding", in4(tcp4(ENTRA4, C4, (443, 40000), seq=102, ack=102) + bytes(6))
    yield "padding that is not zero", out4(tcp4(C4, ENTRA4, (40000, 443), seq=102, ack=102) + b"trail!")
    yield "a runt", out4(b"")[:13]
    yield "Ethernet alone", out4(b"")


def broken_headers():
    segment = tcp(C4, ENTRA4, (40005, 443), flags=SYN, options=MSS)
    for name, wrong in (
        ("a header of 16 bytes", {"version_ihl": 0x44}), ("a header of 60 bytes that ends before", {"version_ihl": 0x4F}),
        ("version 5", {"version_ihl": 0x55}), ("a length below its header", {"size": 19}),
        ("a length past the frame", {"size": 1500}), ("length 0", {"size": 0}), ("a wrong header checksum", {"sum_value": 1}),
    ):
        yield f"IPv4 with {name}", out4(ipv4(C4, ENTRA4, TCP, segment, **wrong))
    yield "IPv4 of 19 bytes", out4(tcp4(C4, ENTRA4, (1, 2))[:19])
    yield "IPv6 of 39 bytes", out6(tcp6(C6, ENTRA6, (1, 2))[:39])
    yield "IPv6 with a length past the frame", out6(udp6(C6, ENTRA6, (1, 2), ip={"size": 999}))
    yield "IPv4 under the IPv6 type", out6(tcp4(C4, ENTRA4, (40005, 443)))
    for offset in (0, 4, 15):
        yield f"TCP with a header of {offset * 4} bytes", out4(tcp4(C4, ENTRA4, (40005, 443), flags=SYN, offset=offset))
    yield "TCP cut to 13 bytes", out4(ipv4(C4, ENTRA4, TCP, segment[:13]))
    yield "TCP cut to 2 bytes", out4(ipv4(C4, ENTRA4, TCP, segment[:2]))
    for name, options in (("of length 0", b"\x02\0\0\0"), ("past the header", b"\x02\x28\0\0"), ("cut short", b"\x01\x01\x01\x02")):
        yield f"a SYN with an option {name}", out4(tcp4(C4, ENTRA4, (40006, 443), flags=SYN, options=options))
    for name, size in (("below its header", 7), ("past the packet", 99), ("0", 0)):
        yield f"UDP with length {name}", out4(udp4(C4, WEB4, (40007, 53), b"abc", size=size))
    yield "UDP without a checksum", out4(udp4(C4, WEB4, (40007, 7), b"abc", sum_value=0))
    yield "UDP over IPv6 without a checksum", out6(udp6(C6, WEB6, (40007, 7), b"abc", sum_value=0))
    yield "UDP with a wrong checksum", out4(udp4(C4, WEB4, (40007, 7), b"abc", sum_value=0x1234))


def odd_flows():
    for name, flags in (("no flags", 0), ("SYN and FIN", SYN | FIN), ("every flag", FIN | SYN | RST | PSH | ACK | URG)):
        yield f"TCP with {name}", out4(tcp4(C4, ENTRA4, (40008, 443), flags=flags))
    yield "a server that speaks first", in4(tcp4(ENTRA4, C4, (443, 40009), b"hello", flags=PSH | ACK))
    for i in range(2):
        yield f"life {i} of one port pair: SYN", out4(tcp4(C4, ENTRA4, (40010, 443), flags=SYN, seq=1000 * i, options=MSS))
        yield f"life {i} of one port pair: RST", in4(tcp4(ENTRA4, C4, (443, 40010), flags=RST | ACK, ack=1000 * i + 1))
    for name, source, destination in (
        ("to itself", C4, C4), ("from loopback", "127.0.0.1", ENTRA4), ("from nowhere", "0.0.0.0", ENTRA4),
        ("from multicast", "224.0.0.1", ENTRA4), ("to loopback", C4, "127.0.0.1"), ("to link-local", C4, "169.254.1.1"),
    ):
        yield f"TCP {name}", out4(tcp4(source, destination, (40011, 443), flags=SYN))
    yield "port 0", out4(tcp4(C4, ENTRA4, (0, 443), flags=SYN))
    for ttl in (0, 1):
        yield f"TTL {ttl}", out4(tcp4(C4, ENTRA4, (40012, 443), flags=SYN, ip={"ttl": ttl}))
    yield "congestion marked", in4(tcp4(ENTRA4, C4, (443, 40000), seq=102, ip={"tos": 3}))
    yield "UDP 443 to a sign-in address", out4(udp4(C4, ENTRA4, (40013, 443), b"\xc3\0\0\0\x01\x08" + bytes(1194)))
    for protocol in (2, 47, ESP, 132, 255):
        yield f"IP protocol {protocol}", out4(ipv4(C4, ENTRA4, protocol, bytes(32)))


def link_layer():
    inner = tcp4(C4, ENTRA4, (40014, 443), flags=SYN, options=MSS)
    yield "a priority tag (VLAN 0)", out4(inner, vlans=[(ETHERTYPE_VLAN, 0x6000)])
    yield "VLAN 4094", out4(inner, vlans=[(ETHERTYPE_VLAN, 4094)])
    yield "two tags", out4(inner, vlans=[(ETHERTYPE_QINQ, 100), (ETHERTYPE_VLAN, 7)])
    yield "nine tags", out4(inner, vlans=[(ETHERTYPE_VLAN, 7)] * 9)
    yield "a tag cut short", out4(inner, vlans=[(ETHERTYPE_VLAN, 7)])[:15]
    for name, ethertype in (("LLDP", 0x88CC), ("EAPOL", 0x888E), ("MPLS", 0x8847), ("PPPoE", 0x8864), ("an 802.3 length", 38)):
        yield name, ethernet(HOST, GATEWAY, ethertype, bytes(46))
    yield "between clients", ethernet(HOST, OTHER, ETHERTYPE_IPV4, tcp4(C4, "10.42.0.12", (40015, 80), flags=SYN))
    yield "IPv4 broadcast", ethernet(HOST, "ff:ff:ff:ff:ff:ff", ETHERTYPE_IPV4, udp4(C4, "255.255.255.255", (68, 67), bytes(240)))
    yield "IPv4 multicast", ethernet(HOST, "01:00:5e:00:00:fb", ETHERTYPE_IPV4, udp4(C4, "224.0.0.251", (5353, 5353), bytes(40)))
    yield "ARP cut short", ethernet(HOST, GATEWAY, 0x0806, bytes(10))


def names():
    loop = b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01a\xc0\x0c\0\x01\0\x01"
    yield "DNS: a compression loop", in4(udp4(ROUTER4, C4, (53, 40016), loop))
    yield "DNS: an empty message", out4(udp4(C4, ROUTER4, (40016, 53)))
    yield "DNS: a header alone", out6(udp6(C6, ROUTER6, (40016, 53), loop[:12]))
    yield "TLS: a record that promises too much", out4(
        tcp4(C4, ENTRA4, (40000, 443), b"\x16\x03\x01\x40\x01\x01", flags=PSH | ACK, seq=102, ack=102))


CASES = (opened_flows, ipv4_options, ipv6_extensions, fragments, icmp_errors, sizes, broken_headers, odd_flows, link_layer, names)
START_S = 1768464000  # 2026-01-15T08:00:00Z
SNAP_LENGTH = 262144


def all_frames():
    return [frame for case in CASES for frame in case()]


def write_pcap(path):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAP_LENGTH, 1))
        for i, (_, frame) in enumerate(all_frames()):
            file.write(struct.pack("<IIII", START_S + i // 100, i % 100 * 10_000, len(frame), len(frame)) + frame)
        # One frame cut short by the capture, one from before it, one two hours later.
        last = out4(tcp4(C4, ENTRA4, (40000, 443), bytes(100), seq=102, ack=102))
        for time_s, kept in ((START_S + 60, 60), (START_S + 1, len(last)), (START_S + 7200, len(last))):
            file.write(struct.pack("<IIII", time_s, 0, kept, len(last)) + last[:kept])


def write_seeds(folder):
    for i, (_, frame) in enumerate(all_frames()):
        if len(frame) <= 2048:
            (folder / f"{i:03}").write_bytes(frame)


def main(arguments):
    here = pathlib.Path(__file__).parent
    if arguments == ["--list"]:
        for i, (name, frame) in enumerate(all_frames()):
            print(f"{i + 1:4} {len(frame):6} {name}")
    elif len(arguments) == 2 and arguments[0] == "--seeds":
        write_seeds(pathlib.Path(arguments[1]))
    elif len(arguments) <= 1 and not (arguments and arguments[0].startswith("-")):
        write_pcap(arguments[0] if arguments else here / "captures" / "odd.pcap")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
