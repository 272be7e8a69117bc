# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, WEB4
from names import client_hello

OTHER_WEB4 = "198.51.100.81"
NAMES = ((WEB4, "lyon.sso.contoso.example"), (OTHER_WEB4, "www.contoso.example"), (LOGIN4, "lyon.sso.contoso.example"))


def record(lan):
    for server, name in NAMES:
        flow = lan.tcp(server)
        flow.open()
        flow.ask(client_hello(name))
        flow.answer(b"ServerHello")
        flow.close()
