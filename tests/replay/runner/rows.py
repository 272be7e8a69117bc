# SPDX-License-Identifier: Apache-2.0
"""A packet as a row of named fields, for expectations to be matched against."""
import struct

from packets import ICMP, ICMPV6, TCP, UDP
from runner.decode import ICMP_ERRORS, checksums_right, decode, payload_of, quoted, text

FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")
PROTOCOLS = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
MESSAGES = {1: "initiation", 2: "response", 3: "cookie", 4: "data"}


def row_of(frame):
    """What a frame holds: `vlan`, addresses, ports, `ttl`, `tos`, `size` of the IP packet, and what its protocol adds."""
    packet = decode(frame)
    if not packet.is_ip:
        return {"kind": "no IP"}
    row = {
        "kind": packet.kind,
        "vlan": packet.vlan or None,
        "source": text(packet.source),
        "destination": text(packet.destination),
        "protocol": PROTOCOLS.get(packet.protocol, packet.protocol),
        "tos": packet.tos,
        "ttl": frame[packet.at + (8 if len(packet.source) == 4 else 7)],
        "size": packet.size,
    }
    if packet.kind in ("transport", "other"):
        row["checksums"] = "right" if checksums_right(frame, packet) else "wrong"
    if packet.kind == "transport":
        row["source_port"], row["destination_port"] = packet.ports
        row["payload"] = payload_of(frame, packet).decode("latin-1")
    if packet.kind == "transport" and packet.protocol == TCP:
        flags = frame[packet.transport + 13]
        row["flags"] = "-".join(name for bit, name in enumerate(FLAGS) if flags >> bit & 1)
        row["mss"] = mss_of(frame, packet.transport)
    if packet.kind == "other" and packet.protocol in ICMP_ERRORS:
        row["type"], row["code"], row["mtu"] = icmp_fields(frame, packet)
        quote = quoted(frame, packet)
        row["quotes"] = quote and {
            "source": text(quote.source), "source_port": quote.ports[0],
            "destination": text(quote.destination), "destination_port": quote.ports[1],
        }
    return row


def icmp_fields(frame, packet):
    kind, code, _, rest = struct.unpack_from("!BBHI", frame, packet.transport)
    return kind, code, rest & 0xFFFF if packet.protocol == ICMP else rest


def mss_of(frame, transport):
    end = min(transport + (frame[transport + 12] >> 4) * 4, len(frame))
    at = transport + 20
    while at + 4 <= end and frame[at] != 0:
        if frame[at] == 1:
            at += 1
            continue
        if frame[at] == 2:
            return int.from_bytes(frame[at + 2 : at + 4], "big")
        at += max(frame[at + 1], 2)
    return None


def sealed_row(frame):
    """The outside of a tunnel datagram: `message`, addresses, `tos`, and for data its suite and counter."""
    packet = decode(frame)
    message = payload_of(frame, packet)
    row = row_of(frame)
    row["message"] = MESSAGES.get(message[0], message[0])
    row["suite"] = {0: "wireguard", 1: "aes256gcm"}.get(message[1], message[1])
    if message[0] == 4:
        row["counter"] = int.from_bytes(message[8:16], "little")
    del row["payload"]
    return row
