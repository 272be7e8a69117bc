# SPDX-License-Identifier: Apache-2.0
from names import client_hello


def record(lan):
    whole = client_hello("login.microsoftonline.com")
    split = client_hello("device.login.microsoftonline.com")
    for parts in ([whole], [split[:3], split[3:60], split[60:]], [b"no TLS at all"]):
        flow = lan.tcp("20.190.128.10")
        flow.open()
        for part in parts:
            flow.ask(part)
        flow.answer(b"ServerHello")
        flow.close()
