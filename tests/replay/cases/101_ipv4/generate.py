# SPDX-License-Identifier: Apache-2.0
from lan import WEB4


def record(lan):
    lan.sign_in()
    lan.sign_in(WEB4)
