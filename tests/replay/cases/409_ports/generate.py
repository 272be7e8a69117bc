# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4


def record(lan):
    for port in (80, 443, 8080):
        lan.sign_in(port=port)
    lan.udp(LOGIN4, 443).ask(b"datagram")
