# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in()
    lan.sign_in("192.0.2.10")
