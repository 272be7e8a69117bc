# SPDX-License-Identifier: Apache-2.0
from lan import BROADCAST, DESK1, DESK2, GATEWAY, LOGIN4, LOGIN6, WEB4, ethernet, ip_packet
from packets import UDP, ethernet as any_ethernet, udp

ARP = 0x0806


def record(lan):
    lan.record(any_ethernet(DESK1.mac, BROADCAST, ARP, bytes(46)))
    lan.record(any_ethernet(GATEWAY, DESK1.mac, ARP, bytes(46)))
    lan.sign_in(LOGIN4)
    lan.sign_in(LOGIN6, host=DESK2)
    lan.ping(LOGIN4)
    lan.ping(LOGIN6)
    clock = lan.udp(WEB4, 123)
    clock.ask(b"what time is it")
    clock.answer(b"late")
    discovery = udp(DESK1.ipv4, "255.255.255.255", (5000, 5000), b"who is there")
    lan.record(ethernet(DESK1.mac, BROADCAST, ip_packet(DESK1.ipv4, "255.255.255.255", UDP, discovery)))
    for one, other in ((DESK1, DESK2), (DESK2, DESK1)):
        local = udp(one.ipv4, other.ipv4, (5001, 5001), b"hello")
        lan.record(ethernet(one.mac, other.mac, ip_packet(one.ipv4, other.ipv4, UDP, local)))
