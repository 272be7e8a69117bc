# SPDX-License-Identifier: Apache-2.0
from lan import DESK1


def record(lan):
    hosts = [DESK1, DESK1._replace(vlan=7), DESK1._replace(vlan=8)]
    flows = [lan.tcp("20.190.128.10", host=host, client_port=50004) for host in hosts]
    for flow in flows:
        flow.open()
    for flow in flows:
        flow.ask(b"who am I")
        flow.answer(b"somebody in VLAN %d" % (flow.host.vlan or 0))
        flow.close()
