# SPDX-License-Identifier: Apache-2.0
from lan import mss_option
from packets import SYN

ROUTER_ALERT = b"\x94\x04\0\0"
RECORD_ROUTE = b"\x07\x27\x04" + bytes(37)
SOURCE_ROUTE_AT_ITS_END = b"\x83\x07\x08\xc6\x33\x64\x50\0"
SOURCE_ROUTE = b"\x83\x07\x04\xc6\x33\x64\x50\0"


def record(lan):
    for options in (ROUTER_ALERT, RECORD_ROUTE, SOURCE_ROUTE_AT_ITS_END, SOURCE_ROUTE):
        lan.tcp("20.190.128.10").out(flags=SYN, tcp_options=mss_option(1220), options=options)
