# SPDX-License-Identifier: Apache-2.0
def write(path):
    path.write_text("no capture at all, but long enough for a header")
