# SPDX-License-Identifier: Apache-2.0
def record(lan):
    flow = lan.tcp("20.190.128.10")
    flow.open()
    lan.wait(-3600)
    flow.ask(b"who am I")
    flow.answer(b"somebody")
    lan.sign_in()
