#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs shellcheck over every shell script."""
import shutil
import subprocess
import sys

from sources import ROOT, files, lines, skip


def is_shell_script(path):
    if path.suffix in (".sh", ".bash"):
        return True
    first = (lines(path) or [""])[0]
    return first.startswith("#!") and first.split("/")[-1].split()[-1] in ("sh", "bash")


def main():
    if shutil.which("shellcheck") is None:
        skip("shellcheck is not installed")
    scripts = [str(path) for path in files() if is_shell_script(path)]
    print(f"{len(scripts)} scripts")
    sys.exit(subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
