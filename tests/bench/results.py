#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads what egret-bench and the live benchmarks wrote as JSON lines, for picture.py and targets.py."""
import json

SUITES = ["wireguard", "aes256gcm"]
SIZES = [64, 512, 1420]
OUTBOUND = {"wireguard": {64: 220, 512: 370, 1420: 790}, "aes256gcm": {64: 164, 512: 203, 1420: 327}}
OUTBOUND_BEYOND = 90
INBOUND_BEYOND = 110


class Results:
    """All lines of some files."""

    def __init__(self, paths):
        self.lines = []
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.lines += [json.loads(line) for line in file if line.startswith("{")]

    def all(self, case, **fields):
        """The lines of a case with these fields; without `flows`, `outer` and `cache` those of the ordinary condition."""
        ordinary = {"flows": (1000, None), "outer": (4, None), "cache": ("warm", None), "mix": (None,)}
        wanted = {**ordinary, **{name: (value,) for name, value in fields.items()}}
        return [
            line
            for line in self.lines
            if line["case"] == case and all(line.get(name) in values for name, values in wanted.items())
        ]

    def one(self, case, **fields):
        """The first of them, or None."""
        found = self.all(case, **fields)
        return found[0] if found else None

    def cycles(self, case, **fields):
        line = self.one(case, **fields)
        return line["cycles_per_packet"] if line else None
