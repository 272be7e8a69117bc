#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks for an address by ARP or neighbour discovery, as honestly or dishonestly as told, and prints the MAC address of the
answer, or "silence".

    ask_neighbour.py IF TARGET --sender ADDRESS [--sender-mac MAC] [--ether-source MAC] [--hop-limit N]
"""
import argparse
import ipaddress
import socket
import struct
import time

PATIENCE_S = 0.5
ARP = 0x0806
IPV6 = 0x86DD
SOLICITATION, ADVERTISEMENT = 135, 136


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(mac):
    return ":".join(f"{byte:02x}" for byte in mac)


def arp_request(target, sender, sender_mac, ether_source):
    """RFC 826."""
    arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + sender_mac + sender.packed + bytes(6) + target.packed
    return b"\xff" * 6 + ether_source + struct.pack("!H", ARP) + arp


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def solicitation(target, sender, sender_mac, ether_source, hop_limit):
    """RFC 4861 section 4.3, to the solicited-node address, with the sender's link-layer address."""
    group = ipaddress.IPv6Address("ff02::1:ff00:0").packed[:13] + target.packed[13:]
    body = struct.pack("!I", 0) + target.packed + b"\x01\x01" + sender_mac
    pseudo = sender.packed + group + struct.pack("!II", len(body) + 4, 58)
    icmp = struct.pack("!BBH", SOLICITATION, 0, checksum(pseudo + struct.pack("!BBH", SOLICITATION, 0, 0) + body)) + body
    ip = struct.pack("!IHBB", 6 << 28, len(icmp), 58, hop_limit) + sender.packed + group
    return b"\x33\x33" + group[12:] + ether_source + struct.pack("!H", IPV6) + ip + icmp


def answer_in(frame, target):
    """The MAC address an answer for the target gives; None if the frame is no such answer."""
    ether_type = struct.unpack("!H", frame[12:14])[0]
    if ether_type == ARP and len(frame) >= 42:
        operation = struct.unpack("!H", frame[20:22])[0]
        return frame[22:28] if operation == 2 and frame[28:32] == target.packed else None
    if ether_type == IPV6 and len(frame) >= 86 and frame[20] == 58 and frame[54] == ADVERTISEMENT:
        # The target's link-layer address is the only option an advertisement needs.
        return frame[80:86] if frame[62:78] == target.packed and frame[78] == 2 else None
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interface")
    parser.add_argument("target", type=ipaddress.ip_address)
    parser.add_argument("--sender", type=ipaddress.ip_address, required=True)
    parser.add_argument("--sender-mac")
    parser.add_argument("--ether-source")
    parser.add_argument("--hop-limit", type=int, default=255)
    given = parser.parse_args()

    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((given.interface, 0))
    own = wire.getsockname()[4]
    sender_mac = mac_bytes(given.sender_mac) if given.sender_mac else own
    ether_source = mac_bytes(given.ether_source) if given.ether_source else own
    if given.target.version == 4:
        wire.send(arp_request(given.target, given.sender, sender_mac, ether_source))
    else:
        wire.send(solicitation(given.target, given.sender, sender_mac, ether_source, given.hop_limit))

    deadline = time.monotonic() + PATIENCE_S
    while (left := deadline - time.monotonic()) > 0:
        wire.settimeout(left)
        try:
            frame, address = wire.recvfrom(2048)
        except TimeoutError:
            break
        mac = None if address[2] == socket.PACKET_OUTGOING else answer_in(frame, given.target)
        if mac:
            print(mac_text(mac))
            return
    print("silence")


if __name__ == "__main__":
    main()
