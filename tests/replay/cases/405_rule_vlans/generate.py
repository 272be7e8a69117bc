# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, PHONE


def record(lan):
    for host in (DESK1, PHONE, PHONE._replace(vlan=9)):
        lan.sign_in(host=host)
