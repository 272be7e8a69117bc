# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6, WEB4, WEB6
from packets import SYN


def record(lan):
    for server in (LOGIN4, WEB4):
        for wrong in ({"version_ihl": 0x44}, {"size": 19}, {"size": 1500}):
            lan.tcp(server, client_port=40000).out(flags=SYN, **wrong)
    for server in (LOGIN6, WEB6):
        lan.tcp(server, client_port=40000).out(flags=SYN, size=999)
