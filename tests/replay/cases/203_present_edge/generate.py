# SPDX-License-Identifier: Apache-2.0
from lan import LOGIN4, LOGIN6


def record(lan):
    lan.sign_in(LOGIN4)
    lan.sign_in(LOGIN6)
