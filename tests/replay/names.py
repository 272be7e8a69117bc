# SPDX-License-Identifier: Apache-2.0
"""Messages that carry server names: DNS (RFC 1035) and the TLS ClientHello (RFC 8446)."""
import ipaddress
import struct

TYPE_A, TYPE_AAAA, CLASS_IN = 1, 28, 1
STANDARD_QUERY, STANDARD_RESPONSE = 0x0100, 0x8180  # recursion desired; and available
NAME_OF_QUESTION = 0xC00C  # a pointer to offset 12


def dns_question(name, address):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    kind = TYPE_AAAA if ":" in address else TYPE_A
    return labels + struct.pack("!BHH", 0, kind, CLASS_IN)


def dns_query(name, address, transaction=1):
    """Asks for the address record of the family of `address`."""
    return struct.pack("!HHHHHH", transaction, STANDARD_QUERY, 1, 0, 0, 0) + dns_question(name, address)


def dns_answer(name, address, transaction=1, ttl_s=300):
    packed = ipaddress.ip_address(address).packed
    kind = TYPE_AAAA if len(packed) == 16 else TYPE_A
    record = struct.pack("!HHHIH", NAME_OF_QUESTION, kind, CLASS_IN, ttl_s, len(packed)) + packed
    return struct.pack("!HHHHHH", transaction, STANDARD_RESPONSE, 1, 1, 0, 0) + dns_question(name, address) + record


def prefixed(size_bytes, content):
    """`content` behind its length in `size_bytes` bytes, as TLS writes vectors."""
    return len(content).to_bytes(size_bytes, "big") + content


def client_hello(name):
    """The TLS record of a ClientHello with one extension, the server name."""
    server_name = b"\0\0" + prefixed(2, prefixed(2, b"\0" + prefixed(2, name.encode())))
    body = b"\x03\x03" + bytes(32) + prefixed(1, b"") + prefixed(2, b"\x13\x01") + prefixed(1, b"\0")
    body += prefixed(2, server_name)
    return b"\x16\x03\x01" + prefixed(2, b"\x01" + prefixed(3, body))
