# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, LOGIN6

GUEST = DESK1._replace(ipv6="2001:db8:42:9::11")


def record(lan):
    lan.sign_in(LOGIN6)
    lan.sign_in(LOGIN6, host=GUEST)
