# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, LOGIN4, LOGIN6


def record(lan):
    for server in (LOGIN4, LOGIN6):
        for host in (DESK1, DESK2):
            lan.sign_in(server, host=host)
