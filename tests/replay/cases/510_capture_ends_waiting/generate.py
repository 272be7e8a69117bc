# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in()
    lan.sign_in("198.51.100.80")
