#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every file that can carry a comment names its licence in the first line, or in the second behind a #! line."""
from sources import files, finish, lines

TEXT = "SPDX-License-Identifier: Apache-2.0"
# JSON, keys, lists of addresses and captures have no comments, or somebody else reads the first line.
WITHOUT_COMMENTS = (".json", ".jsonl", ".key", ".psk", ".pcap", ".pcapng", ".b64")
EXCEPTED = ("LICENSE", "tests/fuzz/corpus/")


def carries(path):
    head = lines(path)[:2]
    if head and head[0].startswith("#!"):
        head = head[1:]
    return bool(head) and TEXT in head[0]


def main():
    wanted = [path for path in files() if path.suffix not in WITHOUT_COMMENTS and not str(path).startswith(EXCEPTED)]
    finish([f"{path}:1: no '{TEXT}'" for path in wanted if not carries(path)], f"{len(wanted)} files carry it")


if __name__ == "__main__":
    main()
