# SPDX-License-Identifier: Apache-2.0
from packets import SYN


def record(lan):
    first = lan.tcp("20.190.128.10", client_port=40000)
    first.out(flags=SYN)
    first.seq -= 1
    first.open()
    first.ask(b"who am I")
    first.answer(b"somebody")
    first.close()
    lan.wait(2)
    second = lan.tcp("20.190.128.10", client_port=40000)
    second.open()
    second.reset()
    lan.wait(2)
    lan.sign_in(client_port=40000)
