#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every case of egret-bench with tiny counts and checks that the lines have the contract's shape (section 6, bench).

smoke.py EGRET-BENCH

No time is held against anything: that is what the benchmark itself is for. It checks its own packets and exits 1 if one
comes out wrong.
"""
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

FIELDS = ["case", "suite", "backend", "size", "flows", "outer", "cycles_per_packet", "packets_per_second", "raw_aead_cycles"]
EXTRA = ["least_cycles", "mix", "cache"]  # behind what the contract names
CASES = ["aead", "outbound", "inbound", "stages", "classify", "handshake", "push", "what-if", "scaling"]
TINY = ["--laps", "1", "--flows", "16", "--prefixes", "10,1000", "--pushed", "1000"]


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=110, check=False)


def check_line(line):
    record = json.loads(line)
    assert list(record) == FIELDS + EXTRA, f"fields of {line}"
    assert record["suite"] in ("wireguard", "aes256gcm", None), line
    assert record["outer"] in (4, 6, None), line
    assert record["cycles_per_packet"] > 0 and record["packets_per_second"] > 0, line
    whole_path = record["case"].split("/")[0] in ("outbound", "inbound") and not record["case"].endswith("/poll")
    if whole_path or record["case"].startswith("stages/"):
        assert record["raw_aead_cycles"] > 0 and record["backend"] and record["flows"] == 16, line
    return record


def check_all_cases(program):
    done = run(program, "--json", *TINY)
    assert done.returncode == 0, done.stderr
    records = [check_line(line) for line in done.stdout.splitlines()]
    assert {record["case"].split("/")[0] for record in records} == set(CASES)
    for size in (64, 512, 1420):
        for outer in (4, 6):
            found = {r["case"] for r in records if r["size"] == size and r["outer"] == outer}
            assert {"outbound", "inbound", "inbound/branch", "stages/outbound/seal"} <= found, found
    assert [r["size"] for r in records if r["case"] == "classify"] == [10, 1000]


def check_usage(program):
    table = run(program, "--laps", "1", "--sizes", "64", "aead")
    assert table.returncode == 0 and "aead/open" in table.stdout, table.stderr
    assert run(program, "no-such-case").returncode == 2


def check_conditions(program):
    """What is asked for by name is measured, and nothing else."""
    done = run(program, "--json", "--laps", "1", "--sizes", "imix", "--outer", "4", "--flows", "16", "--cold",
               "--backend", "libsodium", "outbound")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(r["backend"], r["mix"], r["cache"], r["size"]) for r in records} == {("libsodium", "imix", "cold", 348)}
    assert run(program, "--backend", "nobody", "--laps", "1", "aead").returncode == 1


def check_pages(program):
    """The picture and the page of targets are made of any results, also of some."""
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        saved = os.path.join(folder, "bench.jsonl")
        done = run(program, "--save", saved, "--laps", "1", "--sizes", "64", "aead", "outbound", "inbound")
        assert done.returncode == 0 and "outbound" in done.stdout, done.stderr
        picture = run(sys.executable, os.path.join(here, "picture.py"), saved)
        assert picture.returncode == 0, picture.stderr
        assert xml.etree.ElementTree.fromstring(picture.stdout).tag.endswith("svg")
        page = run(sys.executable, os.path.join(here, "targets.py"), saved)
        assert page.returncode == 0 and "not measured in this run" in page.stdout, page.stderr


def main():
    program = sys.argv[1]
    check_all_cases(program)
    check_usage(program)
    check_conditions(program)
    check_pages(program)


if __name__ == "__main__":
    main()
