# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, GATEWAY, LOGIN4, WEB4, ethernet


def record(lan):
    login, page = lan.tcp(LOGIN4), lan.tcp(WEB4)
    for flow in (login, page):
        flow.open()
    login.ask(b"x" * 65100)
    login.answer(b"y" * 65100)
    for flow in (login, page):
        whole = ethernet(DESK1.mac, GATEWAY, flow.segment_out(b"x" * 500))
        lan.record(whole[:100], wire_size=len(whole))
    whole = ethernet(GATEWAY, DESK1.mac, login.segment_back(b"y" * 500))
    lan.record(whole[:100], wire_size=len(whole))
    for flow in (login, page):
        flow.answer(b"welcome")
        flow.close()
