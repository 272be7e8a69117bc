# SPDX-License-Identifier: Apache-2.0
def record(lan):
    lan.sign_in()
