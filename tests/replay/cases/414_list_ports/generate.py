# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in("20.190.128.10")
    lan.sign_in("20.190.128.10", port=8080)
    lan.udp("52.112.0.1", 3479).ask(b"hello")
    lan.udp("20.190.128.10", 443).ask(b"hello")
    lan.sign_in("13.107.6.1")
