# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, LOGIN6, WEB4, icmp_packet
from packets import SYN

ROUTER4, ROUTER6 = "203.0.113.201", "2001:db8:fe::1"
# type, code, second word, bytes of the packet quoted, from
ERRORS4 = ((3, 4, 1280, 60, ROUTER4), (3, 3, 0, 28, LOGIN4), (11, 0, 0, 28, ROUTER4), (3, 1, 0, 48, LOGIN4))
ERRORS6 = ((2, 0, 1280, 80, ROUTER6), (1, 4, 0, 60, LOGIN6), (3, 0, 0, 48, ROUTER6))


def record(lan):
    for server, errors in ((LOGIN4, ERRORS4), (LOGIN6, ERRORS6)):
        flow = lan.tcp(server)
        flow.open()
        sent = flow.segment_out(b"x" * 100)
        lan.out(DESK1, sent)
        for kind, code, rest, quoted, source in errors:
            lan.back(DESK1, icmp_packet(source, DESK1.address_for(server), kind, code, rest, sent[:quoted]))
    page = lan.tcp(WEB4).segment_out(flags=SYN)
    lan.out(DESK1, page)
    lan.back(DESK1, icmp_packet(WEB4, DESK1.ipv4, 3, 3, 0, page[:28]))
