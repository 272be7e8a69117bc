# SPDX-License-Identifier: Apache-2.0
"""Reads frames, independently of Egret's own parser: what the checks compare must not share its mistakes."""
import functools
import ipaddress
import struct
from typing import NamedTuple

from packets import (
    ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_QINQ, ETHERTYPE_VLAN, ICMP, ICMPV6, TCP, UDP, checksum, pseudo_header,
)

HEADER_SIZE = {TCP: 20, UDP: 8}
FRAGMENT_HEADER, ROUTING_HEADER, AUTHENTICATION_HEADER = 44, 43, 51
EXTENSIONS = {0, ROUTING_HEADER, FRAGMENT_HEADER, AUTHENTICATION_HEADER, 60, 135}
MAX_EXTENSIONS = 8
ICMP_ERRORS = {ICMP: {3, 11, 12}, ICMPV6: {1, 2, 3, 4}}
SOURCE_ROUTES = {131, 137}
CHECKSUM_AT = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}


class Packet(NamedTuple):
    """`kind`: transport (TCP or UDP), other, fragment, unreachable (no transport header to be had), malformed."""

    kind: str
    vlan: int
    at: int = 0  # of the IP header in the frame
    size: int = 0  # of the IP packet
    transport: int = 0  # of the transport header in the frame
    protocol: int = 0
    source: bytes = b""
    destination: bytes = b""
    ports: tuple = (0, 0)
    tos: int = 0

    @property
    def flow(self):
        return self.vlan, self.protocol, self.source, self.destination, *self.ports

    @property
    def reverse_flow(self):
        return self.vlan, self.protocol, self.destination, self.source, *self.ports[::-1]

    @property
    def is_ip(self):
        return bool(self.source)


@functools.lru_cache(maxsize=1 << 18)  # the same frame is looked at by several checks
def decode(frame):
    vlan, at = 0, 14
    (ethertype,) = struct.unpack_from("!H", frame, 12) if len(frame) >= 14 else (0,)
    for tag in range(2):
        if ethertype not in (ETHERTYPE_VLAN, ETHERTYPE_QINQ) or len(frame) < at + 4:
            break
        control, ethertype = struct.unpack_from("!HH", frame, at)
        vlan = vlan if tag else control & 0xFFF
        at += 4
    version = frame[at] >> 4 if len(frame) > at else 0
    if ethertype == ETHERTYPE_IPV4 and version == 4 and len(frame) >= at + 20:
        return decode_ipv4(frame, at, vlan)
    if ethertype == ETHERTYPE_IPV6 and version == 6 and len(frame) >= at + 40:
        return decode_ipv6(frame, at, vlan)
    return Packet("other", vlan)


def decode_ipv4(frame, at, vlan):
    version_ihl, tos, size, _, fragment, _, protocol = struct.unpack_from("!BBHHHBB", frame, at)
    header = (version_ihl & 15) * 4
    packet = Packet("malformed", vlan, at, size, at + header, protocol, frame[at + 12 : at + 16], frame[at + 16 : at + 20],
                    tos=tos)
    if header < 20 or not header <= size <= len(frame) - at or not can_be_answered(packet.source):
        return packet
    if fragment & 0x3FFF:
        return packet._replace(kind="fragment")
    if is_source_routed(frame[at + 20 : at + header]):
        return packet._replace(kind="unreachable")
    return with_transport(frame, packet)


@functools.cache
def can_be_answered(source):
    address = ipaddress.ip_address(source)
    if address.version == 4 and (source[0] == 0 or source[0] >= 240):
        return False  # "this network" and the reserved block (RFC 1122 section 3.2.1.3)
    return not (address.is_multicast or address.is_loopback or address.is_unspecified)


def is_source_routed(options):
    """True if a route option is not at its end: the destination in the header is then not the last one."""
    while len(options) >= 2 and options[0] != 0:
        size = 1 if options[0] == 1 else options[1]
        if not 1 <= size <= len(options) or (options[0] != 1 and size < 2):
            return False
        if options[0] in SOURCE_ROUTES and size >= 3 and options[2] <= size:
            return True
        options = options[size:]
    return False


def decode_ipv6(frame, at, vlan):
    word, payload, protocol = struct.unpack_from("!IHB", frame, at)
    packet = Packet("malformed", vlan, at, 40 + payload, 0, protocol, frame[at + 8 : at + 24], frame[at + 24 : at + 40],
                    tos=word >> 20 & 0xFF)
    if packet.size > len(frame) - at or not can_be_answered(packet.source):
        return packet
    transport, end = at + 40, at + packet.size
    for _ in range(MAX_EXTENSIONS):
        if protocol not in EXTENSIONS:
            return with_transport(frame, packet._replace(transport=transport, protocol=protocol))
        if end < transport + 8:
            break
        following, length, flags = struct.unpack_from("!BBH", frame, transport)
        if protocol == FRAGMENT_HEADER and flags & 0xFFF9:
            return packet._replace(kind="fragment", protocol=following)
        if protocol == ROUTING_HEADER and flags & 0xFF:
            break  # segments left: the last destination is another
        size = {FRAGMENT_HEADER: 8, AUTHENTICATION_HEADER: (length + 2) * 4}.get(protocol, (length + 1) * 8)
        protocol, transport = following, transport + size
        if end < transport:
            break
    return packet._replace(kind="unreachable")


def with_transport(frame, packet):
    if packet.protocol not in HEADER_SIZE:
        return packet._replace(kind="other")
    if packet.at + packet.size < packet.transport + HEADER_SIZE[packet.protocol]:
        return packet._replace(kind="unreachable")
    return packet._replace(kind="transport", ports=struct.unpack_from("!HH", frame, packet.transport))


def quoted(frame, packet):
    """The TCP or UDP packet an ICMP error quotes, or None."""
    if packet.kind != "other" or packet.protocol not in ICMP_ERRORS:
        return None
    message = frame[packet.transport : packet.at + packet.size]
    if len(message) < 8 or message[0] not in ICMP_ERRORS[packet.protocol]:
        return None
    # A quote is cut short: fill it up, so that its lengths hold.
    quote = message[8:]
    ethertype = ETHERTYPE_IPV6 if packet.protocol == ICMPV6 else ETHERTYPE_IPV4
    inner = decode(bytes(12) + struct.pack("!H", ethertype) + quote + bytes(65535))
    whole = inner.kind == "transport" and len(quote) >= inner.transport - 14 + 8
    return inner._replace(vlan=packet.vlan) if whole else None


def payload_of(frame, packet):
    """What a TCP or UDP packet carries."""
    header = max((frame[packet.transport + 12] >> 4) * 4, HEADER_SIZE[TCP]) if packet.protocol == TCP else HEADER_SIZE[UDP]
    return frame[packet.transport + header : packet.at + packet.size]


def checksums_right(frame, packet):
    """True if every checksum of a whole packet is right; a UDP checksum of zero over IPv4 is."""
    ipv4 = len(packet.source) == 4
    if ipv4 and checksum(frame[packet.at : packet.at + (frame[packet.at] & 15) * 4]) != 0:
        return False
    if packet.kind not in ("transport", "other") or packet.protocol not in CHECKSUM_AT:
        return True
    message = frame[packet.transport : packet.at + packet.size]
    at = CHECKSUM_AT[packet.protocol]
    if ipv4 and packet.protocol == UDP and message[at : at + 2] == b"\0\0":
        return True
    if packet.protocol != ICMP:
        message = pseudo_header(text(packet.source), text(packet.destination), packet.protocol, len(message)) + message
    return checksum(message) == 0


def text(address):
    return str(ipaddress.ip_address(address))
