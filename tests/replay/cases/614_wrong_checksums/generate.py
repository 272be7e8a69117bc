# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, WEB4

TCP_CHECKSUM_AT = 20 + 16  # in an IPv4 packet
WRONG, NONE = 0x1234, 0


def damaged(packet):
    at = TCP_CHECKSUM_AT
    return packet[:at] + bytes([packet[at] ^ 0x55]) + packet[at + 1 :]


def record(lan):
    flow = lan.tcp(LOGIN4)
    flow.open()
    lan.out(DESK1, damaged(flow.segment_out(b"wrong TCP checksum")))
    lan.out(DESK1, flow.segment_out(b"wrong header checksum", sum_value=1))
    lan.back(DESK1, damaged(flow.segment_back(b"wrong TCP checksum")))
    call = lan.udp(LOGIN4, 443)
    call.ask(b"no checksum", sum_value=NONE)
    call.answer(b"no checksum either", sum_value=NONE)
    lan.udp(LOGIN4, 443).ask(b"wrong UDP checksum", sum_value=WRONG)
    lan.udp(WEB4, 443).ask(b"wrong UDP checksum", sum_value=WRONG)
