# SPDX-License-Identifier: Apache-2.0
def record(lan):
    flow = lan.tcp("20.190.128.10")
    for i in range(140):
        flow.ask(b"question %d" % i)
    page = lan.tcp("198.51.100.80")
    page.ask(b"hello")
    page.answer(b"hello")
