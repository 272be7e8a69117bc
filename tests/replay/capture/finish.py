#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins captures into one, tags the frames of some hosts with a VLAN and moves the whole to a fixed date.

finish.py --tag MAC=VLAN ... --out OUT.pcap IN.pcap...
"""
import argparse
import struct

FILE_HEADER = struct.Struct("<IHHiIII")
RECORD_HEADER = struct.Struct("<IIII")
MAGIC_MICROSECONDS = 0xA1B2C3D4
LINKTYPE_ETHERNET = 1
SNAP_LENGTH = 65535
ETHERTYPE_VLAN = 0x8100
ADDRESSES_SIZE = 12  # destination and source MAC
START_US = 1768464000 * 1_000_000  # 2026-01-15T08:00:00Z, so that every run tells the same date


def read_frames(path):
    """Yields (time in microseconds, frame) of a little-endian microsecond Ethernet pcap, as tcpdump writes it."""
    with open(path, "rb") as file:
        data = file.read()
    magic, _, _, _, _, _, link_type = FILE_HEADER.unpack_from(data)
    if magic != MAGIC_MICROSECONDS or link_type != LINKTYPE_ETHERNET:
        raise SystemExit(f"finish.py: {path}: not a microsecond Ethernet pcap of this byte order")
    offset = FILE_HEADER.size
    while offset < len(data):
        seconds, microseconds, size, original_size = RECORD_HEADER.unpack_from(data, offset)
        if size != original_size:
            raise SystemExit(f"finish.py: {path}: a frame was cut short")
        offset += RECORD_HEADER.size
        yield seconds * 1_000_000 + microseconds, data[offset : offset + size]
        offset += size


def tagged(frame, vlan_of):
    """The frame with an 802.1Q tag if it comes from or goes to a host of `vlan_of`."""
    vlan = vlan_of.get(frame[6:12], vlan_of.get(frame[0:6]))
    if vlan is None:
        return frame
    return frame[:ADDRESSES_SIZE] + struct.pack("!HH", ETHERTYPE_VLAN, vlan) + frame[ADDRESSES_SIZE:]


def write_frames(path, frames, vlan_of):
    shift_us = START_US - frames[0][0]
    with open(path, "wb") as file:
        file.write(FILE_HEADER.pack(MAGIC_MICROSECONDS, 2, 4, 0, 0, SNAP_LENGTH, LINKTYPE_ETHERNET))
        for time_us, frame in frames:
            frame = tagged(frame, vlan_of)
            seconds, microseconds = divmod(time_us + shift_us, 1_000_000)
            file.write(RECORD_HEADER.pack(seconds, microseconds, len(frame), len(frame)) + frame)


def tag(text):
    mac, vlan = text.split("=")
    return bytes.fromhex(mac.replace(":", "")), int(vlan)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", metavar="MAC=VLAN", type=tag, action="append", default=[])
    parser.add_argument("--out", required=True)
    parser.add_argument("captures", nargs="+")
    options = parser.parse_args()
    frames = [frame for path in options.captures for frame in read_frames(path)]
    if not frames:
        raise SystemExit("finish.py: nothing was captured")
    frames.sort(key=lambda frame: frame[0])
    write_frames(options.out, frames, dict(options.tag))


if __name__ == "__main__":
    main()
