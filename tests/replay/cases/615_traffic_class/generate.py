# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6

EXPEDITED, CAPABLE_0, CAPABLE_1, CONGESTED = 46 << 2, 2, 1, 3


def record(lan):
    for server in (LOGIN4, LOGIN6):
        flow = lan.tcp(server)
        flow.open()
        for tos in (EXPEDITED, CAPABLE_0, CAPABLE_1, CONGESTED):
            flow.ask(b"who am I", tos=tos)
        for tos in (CAPABLE_0, CAPABLE_1, CONGESTED):
            flow.answer(b"somebody", tos=tos)
