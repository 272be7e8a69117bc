#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No file names a folder of somebody's machine."""
import re

from sources import files, finish, lines

# Home folders and the like; a path a program creates itself (/tmp, /run, /etc) is none of these.
MACHINE_PATH = re.compile(r"(?<![\w.}/-])/(?:home|root|work|Users|workspace|mnt)/[\w.-]+")


def main():
    findings = [
        f"{path}:{number}: {match.group()}"
        for path in files()
        for number, line in enumerate(lines(path), 1)
        for match in MACHINE_PATH.finditer(line)
    ]
    finish(findings, "none")


if __name__ == "__main__":
    main()
