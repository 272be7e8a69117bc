# SPDX-License-Identifier: Apache-2.0
def record(lan):
    flow = lan.tcp("20.190.128.10")
    flow.open()
    for i in range(400):
        flow.ask(b"question %d" % i)
        flow.answer(b"answer %d" % i)
        lan.wait(1)
    flow.close()
