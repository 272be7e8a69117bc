# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6


def record(lan):
    for server, headers in ((LOGIN4, 40), (LOGIN6, 60)):
        flow = lan.tcp(server)
        flow.open()
        flow.ask(b"x" * (1500 - headers))
        flow.answer(b"y" * (1500 - headers))
        flow.close()
