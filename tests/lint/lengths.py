#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports the longest files and functions. Fails where a file has more than one job by any measure."""
from sources import cpp_files, files, finish, lines

MAX_FILE = 400
LONG_FILE = 300
LONG_FUNCTION = 40
N_SHOWN = 15


def functions(path):
    """(lines, first line, text) of every function at namespace level, as clang-format lays them out."""
    start = None
    for number, text in enumerate(lines(path), 1):
        line = text.split("//")[0].rstrip()
        if line == "}" and start is not None:
            yield number - start[0] + 1, start[0], start[1]
            start = None
        elif line and line[0] not in " }#/" and not line.startswith(("namespace", "struct", "class", "enum", "union")):
            if not line.endswith((";", "{{")) and start is None:
                start = (number, line)
        if start is not None and line.endswith(";") and line[0] != " ":
            start = None  # a declaration over several lines


def is_measured(path):
    return path.suffix in (".py", ".sh", ".bash", ".cmake", "") and str(path) != "LICENSE"


def main():
    code = cpp_files()
    sizes = sorted(((len(lines(path)), path) for path in set(code) | {p for p in files() if is_measured(p)}), reverse=True)
    print(f"files above {LONG_FILE} lines:")
    for size, path in sizes[:N_SHOWN]:
        if size > LONG_FILE:
            print(f"  {size:4} {path}")
    long = sorted(((size, path, first, text) for path in code for size, first, text in functions(path)), reverse=True)
    print(f"functions above {LONG_FUNCTION} lines:")
    for size, path, first, text in long[:N_SHOWN]:
        if size > LONG_FUNCTION:
            print(f"  {size:4} {path}:{first}: {text}")
    finish([f"{path}: {size} lines, more than {MAX_FILE}" for size, path in sizes if size > MAX_FILE], "no file too long")


if __name__ == "__main__":
    main()
