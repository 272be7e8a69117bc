# SPDX-License-Identifier: Apache-2.0
import packets
from lan import DESK1, LOGIN4, WEB4, ip_packet

UDP_CHECKSUM, TCP_CHECKSUM = 26, 36  # in an IPv4 packet


def damaged(packet, offset):
    return packet[:offset] + bytes([packet[offset] ^ 0x55]) + packet[offset + 1 :]


def record(lan):
    flow = lan.tcp(LOGIN4)
    flow.open()
    lan.out(DESK1, damaged(flow.segment_out(b"wrong TCP checksum"), TCP_CHECKSUM))
    lan.out(DESK1, flow.segment_out(b"wrong header checksum", sum_value=1))
    lan.back(DESK1, damaged(flow.segment_back(b"wrong TCP checksum"), TCP_CHECKSUM))
    for call in (lan.udp(LOGIN4, 443), lan.udp(LOGIN4, 443), lan.udp(WEB4, 443)):
        sum_value = 0 if call.ports[0] == 40001 else 0x1234
        text = b"wrong UDP checksum" if sum_value else b"no checksum"
        segment = packets.udp(DESK1.ipv4, call.server, call.ports, text, sum_value=sum_value)
        lan.out(DESK1, ip_packet(DESK1.ipv4, call.server, packets.UDP, segment))
    call = lan.udp(LOGIN4, 443, client_port=40001)
    lan.back(DESK1, ip_packet(LOGIN4, DESK1.ipv4, packets.UDP, packets.udp(
        LOGIN4, DESK1.ipv4, call.ports[::-1], b"no checksum either", sum_value=0)))
