# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, LOGIN6, OTHER_LOGIN4, icmp_packet


def record(lan):
    for server, kind, code, quoted in ((LOGIN4, 3, 3, 40), (LOGIN6, 1, 4, 60)):
        flow = lan.tcp(server)
        flow.open()
        answer = flow.segment_back(b"too late")
        lan.back(DESK1, answer)
        lan.out(DESK1, icmp_packet(DESK1.address_for(server), server, kind, code, 0, answer[:quoted]))
    stray = lan.tcp(OTHER_LOGIN4).segment_back(b"unasked")
    lan.out(DESK1, icmp_packet(DESK1.ipv4, OTHER_LOGIN4, 3, 3, 0, stray[:28]))
