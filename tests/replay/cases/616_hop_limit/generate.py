# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6, WEB4
from packets import SYN


def record(lan):
    for hops in (1, 2):
        lan.tcp(LOGIN4).out(flags=SYN, ttl=hops)
    for hops in (1, 2):
        lan.tcp(LOGIN6).out(flags=SYN, hop_limit=hops)
    lan.tcp(WEB4).out(flags=SYN, ttl=1)
