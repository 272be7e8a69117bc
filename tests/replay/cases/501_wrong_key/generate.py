# SPDX-License-Identifier: Apache-2.0
def record(lan):
    early = lan.sign_in()
    lan.wait(6)  # a handshake without an answer for five seconds: the peer is down
    lan.sign_in()
    early.ask(b"still there?")
    lan.sign_in("198.51.100.80")
