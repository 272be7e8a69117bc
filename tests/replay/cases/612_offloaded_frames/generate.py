# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6


def record(lan):
    for server in (LOGIN4, LOGIN6):
        flow = lan.tcp(server)
        flow.open()
        for size in (20000, 60000):
            flow.ask(b"x" * size)
            flow.answer(b"y" * size)
        flow.out()
        flow.back()
        flow.close()
