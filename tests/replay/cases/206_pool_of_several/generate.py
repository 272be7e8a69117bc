# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, DESK3


def record(lan):
    for host in (DESK1, DESK2, DESK3) * 2:
        lan.sign_in(host=host)
