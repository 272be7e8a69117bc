# SPDX-License-Identifier: Apache-2.0
def record(lan):
    flow, page = lan.tcp("20.190.128.10"), lan.tcp("198.51.100.80")
    flow.open()
    flow.answer(b"welcome")
    lan.wait(2 * 3600)
    page.open()
    flow.ask(b"still there?")
    flow.answer(b"yes")
