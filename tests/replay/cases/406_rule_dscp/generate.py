# SPDX-License-Identifier: Apache-2.0
EXPEDITED = 46 << 2  # the DSCP is the upper six bits


def record(lan):
    for first, later in ((EXPEDITED, 0), (0, EXPEDITED)):
        flow = lan.tcp("20.190.128.10", tos=first)
        flow.open()
        flow.ask(b"who am I", tos=later)
        flow.answer(b"somebody")
        flow.close()
