# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in("198.18.6.1")
    call = lan.udp("198.18.6.1", 3478)
    call.ask(b"hello")
    call.answer(b"hello")
    lan.sign_in()
