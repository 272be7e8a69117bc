#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every drop reason has a test that provokes it: its name stands in some test's code or expectation."""
import re

from sources import ROOT, files, finish, lines

LIST = "dataplane/include/egret/api/drop_reasons.hpp"
ENTRY = re.compile(r"^\s*X\((\w+),", re.MULTILINE)
# Lists of all reasons prove nothing.
NOT_TESTS = ("tests/lint/",)


def main():
    reasons = ENTRY.findall((ROOT / LIST).read_text(encoding="utf-8"))
    tests = [path for path in files() if str(path).startswith("tests/") and not str(path).startswith(NOT_TESTS)]
    words = {
        word
        for path in tests
        for line in lines(path)
        for word in re.findall(r'DropReason::(\w+)|"(\w+)"', line)
        for word in word
    }
    finish([f"{reason}: no test names it" for reason in reasons if reason not in words], f"{len(reasons)} reasons have tests")


if __name__ == "__main__":
    main()
