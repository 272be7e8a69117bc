#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the tests: damages what a good replay wrote, and each damage must be found.

runner_test.py --egret PROGRAM --work FOLDER
"""
import argparse
import sys
from pathlib import Path

from runner.checks import check_all
from runner.decode import decode
from runner.replay import Replay

CASE = Path(__file__).parent / "cases" / "101_ipv4"
SOURCE_AT, UDP_PAYLOAD_AT = 14 + 12, 14 + 20 + 8  # in an IPv4 frame without a tag


def changed(frame, at, content):
    return frame._replace(data=frame.data[:at] + content + frame.data[at + len(content) :])


def leak(replay):
    replay.clear.insert(0, replay.tunnelled[0])


def lose_direct(replay):
    replay.clear.pop()


def reorder_direct(replay):
    replay.clear.reverse()


def change_direct(replay):
    replay.clear[0] = replay.clear[0][:-1] + b"?"


def repeat_counter(replay):
    replay.sealed.append(replay.sealed[-1])


def send_unencrypted(replay):
    carried = next(data for data in replay.tunnelled if data.endswith(b"who am I"))
    replay.sealed[-1] = replay.sealed[-1][: UDP_PAYLOAD_AT + 16] + carried[14:] + replay.sealed[-1][-16:]


def break_checksum(replay):
    replay.restored[0] = changed(replay.restored[0], decode(replay.restored[0].data).transport + 16, b"\0\0")


def present_client(replay):
    replay.restored[0] = changed(replay.restored[0], SOURCE_AT, bytes([10, 42, 0, 11]))


def present_twice(replay):
    replay.restored.append(replay.restored[-1])


def change_answer(replay):
    replay.lan[1] = changed(replay.lan[1], len(replay.lan[1].data) - 1, b"?")


def answer_another_host(replay):
    replay.lan[0] = changed(replay.lan[0], 0, b"\x02\0\0\0\0\x01")


def reorder_answers(replay):
    replay.lan[:2] = reversed(replay.lan[:2])


def miscount(replay):
    replay.report["flows_direct"] += 1


DAMAGES = {
    leak: "left in clear",
    lose_direct: "should have left in clear",
    reorder_direct: "another order",
    change_direct: "not like this",
    repeat_counter: "again",
    send_unencrypted: "shows what it carries",
    break_checksum: "checksums are wrong",
    present_client: "neither an egress nor a pool address",
    present_twice: "no tunnelled client sent this",
    change_answer: "never recorded",
    answer_another_host: "never recorded",
    reorder_answers: "overtaken",
    miscount: "its parts make",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    replay = Replay(arguments.egret.resolve(), CASE, arguments.work.resolve())
    failures = [] if replay.play() else replay.problems
    for damage, words in DAMAGES.items() if not failures else ():
        replay.read()
        damage(replay)
        problems = list(check_all(replay))
        if not any(words in problem for problem in problems):
            failures.append(f"{damage.__name__}: nothing says '{words}', only {problems}")
    print("\n".join(failures) or f"{len(DAMAGES)} damages found")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
