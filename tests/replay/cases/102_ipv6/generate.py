# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN6, WEB6


def record(lan):
    lan.sign_in(LOGIN6)
    lan.sign_in(WEB6)
