# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, ethernet


def record(lan):
    lan.record(ethernet(DESK1.mac, DESK2.mac, lan.tcp(DESK2.ipv4, host=DESK1).segment_out(b"hello")))
    lan.out(DESK1, lan.tcp("10.42.0.1").segment_out(b"hello"))
