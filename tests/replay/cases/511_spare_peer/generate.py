# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in()
    lan.wait(6)
    lan.sign_in()
