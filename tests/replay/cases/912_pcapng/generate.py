# SPDX-License-Identifier: Apache-2.0
from lan import Lan
from runner.captures import encode, encode_pcapng


def write(path):
    lan = Lan()
    lan.now_ns += 123
    lan.sign_in()
    path.write_bytes(encode_pcapng(lan.frames))
    path.with_name("plain.pcap").write_bytes(encode(lan.frames))
