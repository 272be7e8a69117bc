# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, WEB4


def record(lan):
    for server in (LOGIN4, WEB4):
        flow = lan.tcp(server)
        flow.open()
        lan.out(DESK1, flow.segment_out(), padding=b"trail!")
        lan.back(DESK1, flow.segment_back(), padding=bytes(6))
