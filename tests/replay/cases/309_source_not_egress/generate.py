# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, DESK3, LOGIN6, WEB6


def record(lan):
    lan.sign_in(LOGIN6, host=DESK1)
    lan.sign_in(WEB6, host=DESK1)
    lan.sign_in(LOGIN6, host=DESK2._replace(ipv6="fd42::12"))
    lan.sign_in(LOGIN6, host=DESK3._replace(ipv6="2001:db8:77::13"))
