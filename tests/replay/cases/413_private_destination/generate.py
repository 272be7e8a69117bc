# SPDX-License-Identifier: Apache-2.0
from lan import WEB4

PEER_ENDPOINT, BRANCH_ITSELF = "198.51.100.10", "10.42.0.2"


def record(lan):
    lan.sign_in("10.99.0.5")
    lan.sign_in(PEER_ENDPOINT)
    lan.sign_in(BRANCH_ITSELF)
    lan.sign_in(WEB4)
