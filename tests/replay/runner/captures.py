# SPDX-License-Identifier: Apache-2.0
"""Reads and writes Ethernet captures in the classic pcap format."""
import struct
from typing import NamedTuple

MAGIC_MICROSECONDS, MAGIC_NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
ETHERNET = 1
SNAP_LENGTH = 262144


class Frame(NamedTuple):
    time_ns: int
    data: bytes
    wire_size: int  # bytes it had on the wire; more than `data` if the capture cut it short


def read(path):
    """All frames of a capture as Egret and the generators write it: little endian, either resolution."""
    content = path.read_bytes()
    (magic,) = struct.unpack_from("<I", content)
    if magic not in (MAGIC_MICROSECONDS, MAGIC_NANOSECONDS):
        raise ValueError(f"{path}: not a little-endian pcap file")
    unit_ns = 1 if magic == MAGIC_NANOSECONDS else 1000
    frames, at = [], 24
    while at < len(content):
        seconds, fraction, kept, size = struct.unpack_from("<IIII", content, at)
        frames.append(Frame(seconds * 10**9 + fraction * unit_ns, content[at + 16 : at + 16 + kept], size))
        at += 16 + kept
    return frames


def encode(frames, link_type=ETHERNET, order="<"):
    """A nanosecond capture of `frames`; `order` is the byte order of its headers, "<" or ">"."""
    parts = [struct.pack(order + "IHHiIII", MAGIC_NANOSECONDS, 2, 4, 0, 0, SNAP_LENGTH, link_type)]
    for frame in frames:
        seconds, fraction = divmod(frame.time_ns, 10**9)
        parts += [struct.pack(order + "IIII", seconds, fraction, len(frame.data), frame.wire_size), frame.data]
    return b"".join(parts)


def encode_pcapng(frames):
    """The same frames as a pcapng section with one interface that counts nanoseconds."""

    def block(kind, body):
        size = 12 + len(body)
        return struct.pack("<II", kind, size) + body + struct.pack("<I", size)

    resolution = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)  # if_tsresol 10^-9, end of options
    parts = [
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        block(1, struct.pack("<HHI", ETHERNET, 0, SNAP_LENGTH) + resolution),
    ]
    for frame in frames:
        head = struct.pack("<IIIII", 0, frame.time_ns >> 32, frame.time_ns & 0xFFFFFFFF, len(frame.data), frame.wire_size)
        parts.append(block(6, head + frame.data + bytes(-len(frame.data) % 4)))
    return b"".join(parts)
