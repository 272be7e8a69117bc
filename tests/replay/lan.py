# SPDX-License-Identifier: Apache-2.0
"""A branch's LAN to record captures on: hosts, their conversations with servers, and the clock.

    lan = Lan()
    flow = lan.tcp(LOGIN4)          # a host's connection to a server: nothing on the wire yet
    flow.open()                     # SYN, SYN-ACK, ACK
    flow.ask(b"hello")              # host to server
    flow.answer(b"welcome")         # server to host
    flow.close()                    # FIN both ways

Every frame comes a millisecond after the one before it; `lan.wait(seconds)` makes a gap.
"""
import itertools
from typing import NamedTuple

import packets
from packets import ACK, FIN, ICMP, ICMPV6, PSH, RST, SYN
from runner.captures import Frame

START_NS = 1768464000 * 10**9  # 2026-01-15T08:00:00Z
STEP_NS = 10**6

GATEWAY = "02:00:00:00:42:01"
BROADCAST = "ff:ff:ff:ff:ff:ff"

# Servers of the case configurations' lists, and others.
LOGIN4, LOGIN6 = "20.190.128.10", "2603:1006:2000::10"
OTHER_LOGIN4, OTHER_LOGIN6 = "20.190.128.11", "2603:1006:2000::11"
WEB4, WEB6 = "198.51.100.80", "2001:db8:ffff::80"


class Host(NamedTuple):
    """A client. `vlan` None is untagged."""

    mac: str
    ipv4: str
    ipv6: str
    vlan: int | None = None

    def address_for(self, server):
        return self.ipv6 if ":" in server else self.ipv4


DESK1 = Host("02:00:00:00:42:11", "10.42.0.11", "2001:db8:42:1::11")
DESK2 = Host("02:00:00:00:42:12", "10.42.0.12", "2001:db8:42:1::12")
DESK3 = Host("02:00:00:00:42:13", "10.42.0.13", "2001:db8:42:1::13")
PHONE = Host("02:00:00:00:42:21", "10.42.0.21", "2001:db8:42:1::21", vlan=7)


def mss_option(mss):
    return b"\x02\x04" + mss.to_bytes(2, "big")


class Lan:
    def __init__(self):
        self.frames = []
        self.now_ns = START_NS
        self.client_ports = itertools.count(40000)

    def wait(self, seconds):
        self.now_ns += round(seconds * 10**9)

    def record(self, data, wire_size=None):
        """One frame as it stood on the wire; with `wire_size`, cut short by the capture."""
        self.frames.append(Frame(self.now_ns, data, len(data) if wire_size is None else wire_size))
        self.now_ns += STEP_NS

    def out(self, host, packet, gateway=GATEWAY, padding=b""):
        """An IP packet from a host to the gateway."""
        self.record(ethernet(host.mac, gateway, packet, host.vlan) + padding)

    def back(self, host, packet, gateway=GATEWAY, padding=b""):
        """An IP packet from the gateway to a host."""
        self.record(ethernet(gateway, host.mac, packet, host.vlan) + padding)

    def tcp(self, server, port=443, host=DESK1, client_port=None, **ip):
        """`ip` are fields of every packet's IP header, such as `tos`."""
        return Tcp(self, host, server, (client_port or next(self.client_ports), port), ip)

    def udp(self, server, port, host=DESK1, client_port=None, **ip):
        return Udp(self, host, server, (client_port or next(self.client_ports), port), ip)

    def sign_in(self, server=LOGIN4, **options):
        """A whole connection: opened, asked, answered, closed."""
        flow = self.tcp(server, **options)
        flow.open()
        flow.ask(b"who am I")
        flow.answer(b"somebody")
        flow.close()
        return flow

    def ping(self, server, host=DESK1, identifier=1):
        client, ipv6 = host.address_for(server), ":" in server
        for kind, way, source, destination in (
            (128 if ipv6 else 8, self.out, client, server), (129 if ipv6 else 0, self.back, server, client),
        ):
            way(host, icmp_packet(source, destination, kind, 0, identifier << 16 | 1, b"ping"))


class Flow:
    """What TCP and UDP conversations share."""

    def __init__(self, lan, host, server, ports, ip):
        self.lan, self.host, self.server, self.ports, self.ip = lan, host, server, ports, ip
        self.client = host.address_for(server)

    def packet_out(self, protocol, segment, **ip):
        return ip_packet(self.client, self.server, protocol, segment, **{**self.ip, **ip})

    def packet_back(self, protocol, segment, **ip):
        return ip_packet(self.server, self.client, protocol, segment, **{**self.ip, **ip})


class Tcp(Flow):
    def __init__(self, *conversation):
        super().__init__(*conversation)
        self.seq, self.ack = 1000, 5000

    def segment_out(self, payload=b"", flags=ACK, tcp_options=b"", **ip):
        """The next packet of the client, not recorded."""
        segment = packets.tcp(
            self.client, self.server, self.ports, payload, flags, self.seq, self.ack, tcp_options)
        self.seq += len(payload) + bool(flags & (SYN | FIN))
        return self.packet_out(packets.TCP, segment, **ip)

    def segment_back(self, payload=b"", flags=ACK, tcp_options=b"", **ip):
        segment = packets.tcp(
            self.server, self.client, self.ports[::-1], payload, flags, self.ack, self.seq, tcp_options)
        self.ack += len(payload) + bool(flags & (SYN | FIN))
        return self.packet_back(packets.TCP, segment, **ip)

    def out(self, payload=b"", flags=ACK, tcp_options=b"", **ip):
        self.lan.out(self.host, self.segment_out(payload, flags, tcp_options, **ip))

    def back(self, payload=b"", flags=ACK, tcp_options=b"", **ip):
        self.lan.back(self.host, self.segment_back(payload, flags, tcp_options, **ip))

    def open(self, mss=1220):
        self.out(flags=SYN, tcp_options=mss_option(mss))
        self.back(flags=SYN | ACK, tcp_options=mss_option(mss))
        self.out()

    def ask(self, payload, **ip):
        self.out(payload, PSH | ACK, **ip)

    def answer(self, payload, **ip):
        self.back(payload, PSH | ACK, **ip)

    def close(self):
        self.out(flags=FIN | ACK)
        self.back(flags=FIN | ACK)
        self.out()

    def reset(self):
        self.back(flags=RST | ACK)


class Udp(Flow):
    """`sum_value` overrides a datagram's checksum."""

    def ask(self, payload, sum_value=None, **ip):
        datagram = packets.udp(self.client, self.server, self.ports, payload, sum_value=sum_value)
        self.lan.out(self.host, self.packet_out(packets.UDP, datagram, **ip))

    def answer(self, payload, sum_value=None, **ip):
        datagram = packets.udp(self.server, self.client, self.ports[::-1], payload, sum_value=sum_value)
        self.lan.back(self.host, self.packet_back(packets.UDP, datagram, **ip))


def ethernet(source, destination, packet, vlan=None):
    """An Ethernet frame around an IP packet."""
    ethertype = packets.ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else packets.ETHERTYPE_IPV4
    tags = [] if vlan is None else [(packets.ETHERTYPE_VLAN, vlan)]
    return packets.ethernet(source, destination, ethertype, packet, vlans=tags)


def ip_packet(source, destination, protocol, payload, **fields):
    """IPv4 or IPv6 by the addresses; `fields` of the header as packets.ipv4 and packets.ipv6 take them."""
    make = packets.ipv6 if ":" in source else packets.ipv4
    return make(source, destination, protocol, payload, **fields)


def icmp_packet(source, destination, kind, code, rest, payload, **fields):
    """`rest` is the second word of the ICMP or ICMPv6 header."""
    if ":" in source:
        message = packets.icmpv6(source, destination, kind, code, rest, payload)
        return ip_packet(source, destination, ICMPV6, message, **fields)
    return ip_packet(source, destination, ICMP, packets.icmp(kind, code, rest, payload), **fields)
