# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6


def record(lan):
    for server, port in ((LOGIN4, 443), (LOGIN4, 3478), (LOGIN4, 3481), (LOGIN4, 3482), (LOGIN6, 443)):
        call = lan.udp(server, port)
        call.ask(b"hello")
        call.answer(b"hello")
