# SPDX-License-Identifier: Apache-2.0
import packets
from lan import DESK1, GATEWAY, PHONE, WEB4, mss_option
from packets import ACK, ETHERTYPE_IPV4, ETHERTYPE_QINQ, ETHERTYPE_VLAN, SYN

TWO_TAGS = [(ETHERTYPE_QINQ, 0xA000 | 100), (ETHERTYPE_VLAN, 7)]  # with a priority


def record(lan):
    lan.sign_in(host=PHONE)
    lan.sign_in(WEB4, host=PHONE)
    flow = lan.tcp("20.190.128.10")
    syn = flow.segment_out(flags=SYN, tcp_options=mss_option(1220))
    lan.record(packets.ethernet(DESK1.mac, GATEWAY, ETHERTYPE_IPV4, syn, vlans=TWO_TAGS))
    answer = flow.segment_back(flags=SYN | ACK, tcp_options=mss_option(1220))
    lan.record(packets.ethernet(GATEWAY, DESK1.mac, ETHERTYPE_IPV4, answer, vlans=TWO_TAGS))
