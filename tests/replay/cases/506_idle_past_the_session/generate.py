# SPDX-License-Identifier: Apache-2.0
def record(lan):
    flow = lan.tcp("20.190.128.10")
    flow.open()
    lan.wait(200)
    flow.ask(b"still there?")
    flow.answer(b"yes")
    lan.wait(200)
    flow.answer(b"are you?")
    flow.ask(b"yes")
    flow.close()
