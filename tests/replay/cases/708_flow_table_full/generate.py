# SPDX-License-Identifier: Apache-2.0
import packets
from lan import DESK1, GATEWAY, WEB4, ethernet, ip_packet

CAPACITY = 131072
CLIENTS = 4
SOURCE_PORT_AT = 14 + 20  # in an IPv4 frame without a tag


def fill_the_table(lan):
    """One datagram of each flow, ten to a millisecond. They carry no checksum, so the port can be patched."""
    for client in (f"10.42.1.{i}" for i in range(CLIENTS)):
        datagram = packets.udp(client, WEB4, (1, 123), b"hello", sum_value=0)
        frame = bytearray(ethernet(DESK1.mac, GATEWAY, ip_packet(client, WEB4, packets.UDP, datagram)))
        for port in range(1024, 1024 + CAPACITY // CLIENTS):
            frame[SOURCE_PORT_AT : SOURCE_PORT_AT + 2] = port.to_bytes(2, "big")
            lan.record(bytes(frame))
            lan.wait(-0.0009)


def record(lan):
    signed_in = lan.tcp("20.190.128.10")
    signed_in.open()
    fill_the_table(lan)
    lan.tcp("20.190.128.10").open()
    lan.tcp(WEB4).out()
    signed_in.ask(b"who am I")
    signed_in.answer(b"somebody")
