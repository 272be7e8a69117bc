# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, WEB4


def record(lan):
    for server, port in ((LOGIN4, 443), (LOGIN4, 3478), (WEB4, 443)):
        lan.udp(server, port).ask(b"a QUIC Initial, or not")
    lan.sign_in()
