# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, DESK3


def record(lan):
    flows = [lan.tcp("2603:1006:2000::10", host=host, client_port=50004) for host in (DESK1, DESK2, DESK3)]
    for flow in flows:
        flow.open()
    for flow in flows:
        flow.ask(flow.client.encode())
    for flow in reversed(flows):
        flow.answer(flow.client.encode())
    for flow in flows:
        flow.close()
