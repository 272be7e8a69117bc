# SPDX-License-Identifier: Apache-2.0
def write(path):
    path.write_bytes(b"")
