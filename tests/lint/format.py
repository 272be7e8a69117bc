#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-format 14 over every C++ file and changes nothing. Other versions disagree about details."""
import shutil
import subprocess
import sys

from sources import ROOT, cpp_files, skip

PROGRAM = "clang-format-14"


def main():
    if shutil.which(PROGRAM) is None:
        skip(f"{PROGRAM} is not installed")
    sources = [str(path) for path in cpp_files()]
    print(f"{len(sources)} files")
    sys.exit(subprocess.run([PROGRAM, "--dry-run", "-Werror", *sources], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
