#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the walkthrough of README.md as it stands: from exported policies to the refused push that would have locked out Lyon.

walkthrough_test.py SOURCE-DIR EGRET EGRETD
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MARK = "<!-- walkthrough -->"


def blocks(readme):
    """The commands of each marked block."""
    return re.findall(re.escape(MARK) + r"\n```sh\n(.*?)```\n", readme, re.DOTALL)


def shown_refusal(readme):
    """The messages the page says the wrong push prints."""
    block = re.search(r"\n```\n(out/lyon/lte.toml: .*?)```\n", readme, re.DOTALL).group(1)
    return re.split(r"\n(?=out/lyon|egret push)", block)


def script(commands):
    """All blocks in one shell; what each prints goes to a file of its own."""
    return "\n".join(f"exec >block-{number}.txt 2>&1\n{block}" for number, block in enumerate(commands))


def words(text):
    """Lines may be wrapped on the page."""
    return " ".join(text.split())


def run(source, egret, egretd, folder):
    readme = (source / "README.md").read_text()
    demo = folder / "tests" / "replay" / "demo"
    shutil.copytree(source / "tests" / "replay" / "demo", demo)
    commands = blocks(readme)
    assert len(commands) == 5, f"{len(commands)} marked blocks"
    path = ":".join([str(egret.parent), str(egretd.parent), os.environ["PATH"]])
    subprocess.run(["bash", "-c", script(commands)], cwd=folder, env=dict(os.environ, PATH=path), timeout=60, check=False)
    said = [(folder / f"block-{number}.txt").read_text() for number in range(len(commands))]
    for number, text in enumerate(said):
        print(f"--- block {number}\n{text}")
    check_words(said, readme)
    check_history(folder)


def check_words(said, readme):
    assert "error" not in said[0] and "branch.toml: ok" in said[0]
    answers = said[1].split("address   ")
    assert "outcome   nothing is asked" in answers[1] and "outcome   block" in answers[2], answers
    assert "generation 17 is accepted" in said[2]
    for message in shown_refusal(readme):
        assert words(message) in words(said[3]), f"the page shows another refusal: {message}"
    assert "198.51.100.77" in said[3] and "Finance from Lyon only" in said[3] and "contoso-lyon" in said[3]
    assert "taken back unless egret confirm comes within 600 s" in said[4] and "generation 19 stays" in said[4]


def check_history(folder):
    """Nothing of the refused push is left."""
    state = folder / "out" / "lyon"
    generations = sorted(path.name for path in (state / "generations").iterdir())
    assert generations == ["17.toml", "19.toml"], generations
    audit = [json.loads(line) for line in (state / "audit.jsonl").read_text().splitlines()]
    refused = [line for line in audit if line["command"] == "push" and line["result"] == "refused"]
    assert len(refused) == 1, audit


def main():
    source, egret, egretd = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    if os.geteuid() != 0:
        print("SKIP walkthrough: a node takes its first key from root alone")
        return 1 if os.environ.get("CI") == "true" else 77
    with tempfile.TemporaryDirectory() as folder:
        run(source, egret, egretd, pathlib.Path(folder))
    return 0


sys.exit(main())
