# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6, WEB4, WEB6


def record(lan):
    for server in (LOGIN4, LOGIN6, WEB4, WEB6):
        lan.sign_in(server)
