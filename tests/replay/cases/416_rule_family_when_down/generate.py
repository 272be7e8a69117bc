# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6, mss_option
from packets import SYN


def record(lan):
    lan.tcp(LOGIN4).out(flags=SYN, tcp_options=mss_option(1220))
    lan.wait(6)  # a handshake without an answer for five seconds: the peer is down
    lan.tcp(LOGIN6).out(flags=SYN, tcp_options=mss_option(1220))
    lan.sign_in(LOGIN4)
