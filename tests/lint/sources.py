# SPDX-License-Identifier: Apache-2.0
"""What the lint tests share: the project's files and how to end."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CPP_SUFFIXES = (".cpp", ".hpp", ".h", ".c")
NOT_OURS = {".git", ".cache", "build", "out", "__pycache__"}
SKIPPED = 77  # what CTest takes as skipped


def files():
    """Paths relative to the root of every file of the project, sorted: those git tracks, or all where there is no git."""
    try:
        listing = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True, text=True
        ).stdout.split("\0")
        paths = [pathlib.PurePosixPath(path) for path in listing if path]
    except (OSError, subprocess.CalledProcessError):
        paths = list(walk())
    return sorted(path for path in paths if (ROOT / path).is_file())


def walk():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in names:
            yield pathlib.PurePosixPath(pathlib.Path(folder, name).relative_to(ROOT).as_posix())


def cpp_files():
    return [path for path in files() if path.suffix in CPP_SUFFIXES]


def lines(path):
    """The lines of a text file, without their ends; none where it is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def finish(findings, good):
    """Prints the findings, or the good news, and ends the program."""
    for finding in findings:
        print(finding)
    if findings:
        sys.exit(1)
    print(good)
    sys.exit(0)


def skip(reason):
    """Ends the program as skipped; on continuous integration, where nothing may skip, as failed."""
    print(f"SKIP {reason}")
    sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
