# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, LOGIN6, WEB4, WEB6, ip_packet
from packets import SYN, TCP

ROUTING, DESTINATION = 43, 60
PADDING = b"\0\x01\x04\0\0\0\0"  # eight bytes with the next-header byte, PadN

SEGMENTS_LEFT = (ROUTING, b"\x02\0\x01\0\0\0\0" + bytes(16))
BEYOND_THE_END = (DESTINATION, b"\xff" + PADDING[1:])


def record(lan):
    for server in (LOGIN6, WEB6):
        for chain in ([(DESTINATION, PADDING)] * 12, [SEGMENTS_LEFT], [BEYOND_THE_END]):
            lan.tcp(server).out(flags=SYN, extensions=chain)
    for server in (LOGIN4, WEB4):
        segment = lan.tcp(server).segment_out(flags=SYN)[20:]
        lan.out(DESK1, ip_packet(DESK1.ipv4, server, TCP, segment[:13]))
