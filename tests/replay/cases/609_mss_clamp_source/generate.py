# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6, WEB4, mss_option
from packets import SYN


def record(lan):
    for server in (LOGIN4, LOGIN6, WEB4):
        for size in (8960, 1460, 536):
            lan.tcp(server).open(mss=size)
        # The option's two bytes may lie across two words of the checksum.
        lan.tcp(server).out(flags=SYN, tcp_options=b"\x01" + mss_option(1460) + b"\x01\x01\x01")
