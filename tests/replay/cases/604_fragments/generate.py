# SPDX-License-Identifier: Apache-2.0
import packets
from lan import DESK1, LOGIN4, LOGIN6, WEB4, WEB6, ip_packet

MORE = 0x2000
FRAGMENT_HEADER = 44


def fragments(source, destination, ports, ident):
    """A datagram of 3,000 bytes in three packets."""
    datagram = packets.udp(source, destination, ports, bytes(3000))
    for start in range(0, len(datagram), 1400):
        part, more = datagram[start : start + 1400], start + 1400 < len(datagram)
        if ":" in source:
            header = bytes([0]) + (start | more).to_bytes(2, "big") + ident.to_bytes(4, "big")
            yield ip_packet(source, destination, packets.UDP, part, extensions=[(FRAGMENT_HEADER, header)])
        else:
            yield ip_packet(source, destination, packets.UDP, part, ident=ident, fragment=MORE * more | start // 8)


def record(lan):
    for ident, server in enumerate((LOGIN4, LOGIN6, WEB4, WEB6)):
        client = DESK1.address_for(server)
        call = lan.udp(server, 53, client_port=40000 + ident)
        if server in (WEB4, WEB6):
            call.ask(b"opens the flow")
            call.ask(b"small, before the fragments")
        for packet in fragments(client, server, call.ports, ident):
            lan.out(DESK1, packet)
        if server in (WEB4, WEB6):
            call.ask(b"small, behind the fragments")
            for packet in fragments(server, client, call.ports[::-1], ident):
                lan.back(DESK1, packet)
