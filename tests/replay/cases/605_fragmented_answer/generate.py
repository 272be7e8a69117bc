# SPDX-License-Identifier: Apache-2.0
import packets
from lan import DESK1, LOGIN4, ip_packet

MORE = 0x2000


def record(lan):
    call = lan.udp(LOGIN4, 443)
    call.ask(b"hello")
    call.answer(b"hello")
    datagram = packets.udp(LOGIN4, DESK1.ipv4, call.ports[::-1], bytes(2000))
    lan.back(DESK1, ip_packet(LOGIN4, DESK1.ipv4, packets.UDP, datagram[:1400], fragment=MORE))
    lan.back(DESK1, ip_packet(LOGIN4, DESK1.ipv4, packets.UDP, datagram[1400:], fragment=1400 // 8))
