# SPDX-License-Identifier: Apache-2.0
from lan import Lan
from runner.captures import encode


def write(path):
    lan = Lan()
    lan.sign_in()
    path.write_bytes(encode(lan.frames, order=">"))
    path.with_name("plain.pcap").write_bytes(encode(lan.frames))
