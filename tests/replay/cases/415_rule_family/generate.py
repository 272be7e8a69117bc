# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN4, LOGIN6, PHONE, WEB6, mss_option
from packets import SYN


def record(lan):
    for host, refused, taken in ((DESK1, LOGIN6, LOGIN4), (PHONE, LOGIN4, LOGIN6)):
        lan.udp(refused, 443, host=host).ask(b"a QUIC Initial, or not")
        lan.tcp(refused, host=host).out(flags=SYN, tcp_options=mss_option(1220))
        lan.sign_in(taken, host=host)
    lan.sign_in(WEB6)
