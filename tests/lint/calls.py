#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks for the calls of forbidden_calls.txt."""
import pathlib
import re

from sources import ROOT, cpp_files, files, finish, lines

RULES = pathlib.Path(__file__).with_name("forbidden_calls.txt")
# Comments, string and character literals, in one pass so that one inside another is not taken for itself.
NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/"""
    r"""|R"(?P<end>[^(\s]*)\(.*?\)(?P=end)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])'""",
    re.DOTALL,
)


def call_expression(call):
    name, empty, _ = call.partition("()")
    return rf"(?P<{name}>{name})\s*\(\s*" + (r"\)" if empty else r"[^\s)]")


def read_rules():
    """Triples of prefixes, an expression that finds the calls, and the advice."""
    rules = []
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        prefixes, calls, instead = (column.strip() for column in line.split("|"))
        # Not a member (x.free, x->free) and not of a namespace but std.
        expression = re.compile(rf"(?<![\w.>:])(?:std::|::)?(?:{'|'.join(call_expression(call) for call in calls.split())})")
        rules.append((("",) if prefixes == "*" else tuple(prefixes.split()), expression, instead))
    return rules


def blank(match):
    """Blanks of the same shape; a literal keeps its quotes, so that it still is an argument."""
    text = match.group()
    inside = re.sub(r"[^\n]", " ", text)
    return inside if text.startswith("/") else '"' + inside[1:-1] + '"'


def blanked(text):
    """The code alone: what is not code becomes blanks, line ends stay."""
    return NOT_CODE.sub(blank, text)


def calls_in(path, rules):
    code = blanked((ROOT / path).read_text(encoding="utf-8")).splitlines()
    for prefixes, expression, instead in rules:
        if not str(path).startswith(prefixes):
            continue
        for number, line in enumerate(code, 1):
            for match in expression.finditer(line):
                yield f"{path}:{number}: {match.lastgroup}: instead: {instead}"


def globs_in(path):
    for number, line in enumerate(lines(path), 1):
        if re.match(r"\s*file\s*\(\s*GLOB.*\.[ch]", line):
            yield f"{path}:{number}: file(GLOB): instead: sources listed one per line"


def main():
    rules = read_rules()
    findings = [finding for path in cpp_files() for finding in calls_in(path, rules)]
    findings += [finding for path in files() if path.name == "CMakeLists.txt" for finding in globs_in(path)]
    finish(findings, f"none of {len(rules)} kinds")


if __name__ == "__main__":
    main()
