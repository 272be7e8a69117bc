# SPDX-License-Identifier: Apache-2.0
"""Builds packets for captures from the inside out: payload, transport, IP, Ethernet. Checksums are right unless given."""
import ipaddress
import struct

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ETHERTYPE_IPV4, ETHERTYPE_VLAN, ETHERTYPE_IPV6, ETHERTYPE_QINQ = 0x0800, 0x8100, 0x86DD, 0x88A8


def checksum(data):
    """The internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ipaddress.ip_address(address).packed


def pseudo_header(source, destination, protocol, size):
    if ":" in source:
        return packed(source) + packed(destination) + struct.pack("!I3xB", size, protocol)
    return packed(source) + packed(destination) + struct.pack("!xBH", protocol, size)


def with_checksum(segment, offset, source, destination, protocol):
    value = checksum(pseudo_header(source, destination, protocol, len(segment)) + segment)
    if protocol == UDP and value == 0:
        value = 0xFFFF  # RFC 768: zero says there is none
    return segment[:offset] + struct.pack("!H", value) + segment[offset + 2 :]


def tcp(source, destination, ports, payload=b"", flags=ACK, seq=1, ack=1, options=b"", offset=None):
    """`offset` overrides the header length in words."""
    words = (20 + len(options)) // 4 if offset is None else offset
    header = struct.pack("!HHIIBBHHH", *ports, seq, ack, words << 4, flags, 64240, 0, 0)
    return with_checksum(header + options + payload, 16, source, destination, TCP)


def udp(source, destination, ports, payload=b"", size=None, sum_value=None):
    """`size` and `sum_value` override the length and checksum fields."""
    header = struct.pack("!HHHH", *ports, 8 + len(payload) if size is None else size, 0)
    segment = with_checksum(header + payload, 6, source, destination, UDP)
    return segment if sum_value is None else segment[:6] + struct.pack("!H", sum_value) + segment[8:]


def icmp(kind, code, rest, payload=b""):
    """`rest` is the second word of the header."""
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def icmpv6(source, destination, kind, code, rest, payload=b""):
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    return with_checksum(message, 2, source, destination, ICMPV6)


def ipv4(source, destination, protocol, payload, options=b"", ident=1, fragment=0x4000, ttl=64, tos=0, **wrong):
    """`fragment` is the word of flags and offset. `version_ihl`, `size` and `sum_value` override their fields."""
    version_ihl = wrong.get("version_ihl", 0x45 + len(options) // 4)
    size = wrong.get("size", 20 + len(options) + len(payload))
    header = struct.pack("!BBHHHBBH", version_ihl, tos, size, ident, fragment, ttl, protocol, 0)
    header += packed(source) + packed(destination) + options
    sum_value = wrong.get("sum_value", checksum(header))
    return header[:10] + struct.pack("!H", sum_value) + header[12:] + payload


def ipv6(source, destination, next_header, payload, extensions=(), hop_limit=64, tos=0, **wrong):
    """`extensions` are (protocol number, bytes without the next-header byte). `size` overrides the payload length."""
    chain = [number for number, _ in extensions] + [next_header]
    body = b"".join(bytes([chain[i + 1]]) + data for i, (_, data) in enumerate(extensions)) + payload
    header = struct.pack("!IHBB", 6 << 28 | tos << 20, wrong.get("size", len(body)), chain[0], hop_limit)
    return header + packed(source) + packed(destination) + body


def ethernet(source, destination, ethertype, payload, vlans=()):
    """`vlans` are (tag's ethertype, tag control word), outermost first."""
    frame = bytes.fromhex(destination.replace(":", "")) + bytes.fromhex(source.replace(":", ""))
    for tag_type, control in vlans:
        frame += struct.pack("!HH", tag_type, control)
    return frame + struct.pack("!H", ethertype) + payload
