# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, icmp_packet

LOGIN = "20.190.128.10"


def record(lan):
    first, second = (lan.tcp(LOGIN, host=host, client_port=50004) for host in (DESK1, DESK2))
    first.open()
    second.open()
    for flow in (first, second):
        sent, answer = flow.segment_out(b"x" * 50), flow.segment_back(b"y" * 50)
        lan.out(flow.host, sent)
        lan.back(flow.host, answer)
        lan.back(flow.host, icmp_packet("203.0.113.201", flow.client, 3, 4, 1280, sent[:60]))
        lan.out(flow.host, icmp_packet(flow.client, LOGIN, 3, 3, 0, answer[:28]))
