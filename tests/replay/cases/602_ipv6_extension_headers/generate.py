# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN6, mss_option
from packets import SYN

HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60
PADDING = b"\0\x01\x04\0\0\0\0"  # eight bytes with the next-header byte, PadN

CHAINS = (
    [(HOP_BY_HOP, PADDING)],
    [(DESTINATION, PADDING)],
    [(FRAGMENT, bytes(7))],
    [(AUTHENTICATION, b"\x04\0\0" + bytes(20))],
    [(ROUTING, b"\x02\x04\0" + bytes(20))],
)


def record(lan):
    for chain in CHAINS:
        lan.tcp(LOGIN6).out(flags=SYN, tcp_options=mss_option(1220), extensions=chain)
