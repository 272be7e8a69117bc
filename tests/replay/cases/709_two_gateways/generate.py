# SPDX-License-Identifier: Apache-2.0
from lan import DESK1

STANDBY = "02:00:00:00:42:02"


def record(lan):
    flow = lan.tcp("20.190.128.10")
    flow.open()
    flow.ask(b"who am I")
    flow.answer(b"somebody")
    lan.out(DESK1, flow.segment_out(b"and who are you"), gateway=STANDBY)
    lan.back(DESK1, flow.segment_back(b"another router"), gateway=STANDBY)
