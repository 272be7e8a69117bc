#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every #include against include_rules.txt."""
import fnmatch
import pathlib
import re

from sources import cpp_files, finish, lines

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
RULES = pathlib.Path(__file__).with_name("include_rules.txt")


def read_rules():
    """Triples of prefix, header patterns and excepted prefixes."""
    rules = []
    for number, line in enumerate(RULES.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != 3:
            raise SystemExit(f"{RULES.name}:{number}: three columns, please")
        rules.append((columns[0], columns[1].split(), tuple(columns[2].split())))
    return rules


def broken_rules(path, header, rules):
    for prefix, patterns, excepted in rules:
        if not str(path).startswith(prefix) or (excepted and str(path).startswith(excepted)):
            continue
        for pattern in patterns:
            if fnmatch.fnmatchcase(header, pattern):
                yield f"{prefix} never includes {pattern}"


def main():
    rules = read_rules()
    findings = []
    n_includes = 0
    for path in cpp_files():
        for number, line in enumerate(lines(path), 1):
            match = INCLUDE.match(line)
            if match is None:
                continue
            n_includes += 1
            for broken in broken_rules(path, match.group(1), rules):
                findings.append(f"{path}:{number}: {match.group(1)}: {broken}")
    finish(findings, f"{n_includes} includes keep {len(rules)} rules")


if __name__ == "__main__":
    main()
