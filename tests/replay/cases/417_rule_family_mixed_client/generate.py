# SPDX-License-Identifier: Apache-2.0
GRAPH4, GRAPH6 = "20.190.192.10", "2603:1006:2001::10"


def record(lan):
    lan.sign_in()
    lan.sign_in(GRAPH6)
    lan.sign_in(GRAPH4)
