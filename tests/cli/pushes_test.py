#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signed pushes, trusted keys, confirmations, rollbacks, differences, roles and the audit log, as operators see them.
Usage: pushes_test.py EGRET EGRETD"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

from least_config import least_config  # noqa: E402, no cache is to be written

EGRET, EGRETD = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
MINISIGN = shutil.which("minisign")

CONFIG = least_config("{generation}") + """[[list]]
name = "idp"
prefixes = ["192.0.2.0/24"{more}]
{tail}
"""

# Groups and a user every Debian system has.
OPERATORS, READERS, NOBODY = 1, 2, 65534


class Pushes(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("needs root for other users")
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir(mode=0o700)
        key = subprocess.run([EGRET, "keys", "generate"], capture_output=True, check=True).stdout
        (self.folder / "state/node.key").write_bytes(key)
        (self.folder / "state/node.key").chmod(0o600)
        self.signing = self.keys("k1")
        self.environment = {**os.environ, "EGRET_BOOT_ID": "one"}
        self.process = None
        self.addCleanup(self.stop)
        self.start()

    def keys(self, name):
        made = subprocess.run(
            [EGRET, "keys", "generate", "--signing", "-W", "-o", str(self.folder / name), "--json"],
            capture_output=True, text=True, check=True)
        return json.loads(made.stdout)["key"]

    def start(self):
        self.process = subprocess.Popen(
            [EGRETD, "--state-dir", str(self.folder / "state"), "--run-dir", str(self.folder / "run")],
            stderr=subprocess.DEVNULL, env=self.environment)
        deadline = time.monotonic() + 10
        while self.egret("status").returncode != 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def egret(self, *arguments, user=None, group=None):
        run = [EGRET, *arguments, "--run-dir", str(self.folder / "run")]
        as_other = {} if user is None else {"user": user, "group": user, "extra_groups": [group] if group else []}
        return subprocess.run(run, capture_output=True, text=True, timeout=20, check=False, **as_other)

    def config(self, generation, more="", tail="", sign="k1", expires="1h"):
        path = self.folder / "b1.toml"
        path.write_text(CONFIG.format(generation=generation, more=more, tail=tail))
        path.chmod(0o644)
        (self.folder / "b1.toml.minisig").unlink(missing_ok=True)
        if sign:
            subprocess.run(
                [EGRET, "keys", "sign", "-s", str(self.folder / f"{sign}.key"), "-m", str(path), "--expires", expires],
                capture_output=True, check=True)
        return str(path)

    def push(self, *arguments, **how):
        return self.egret("push", self.config(*arguments, **how))

    def trust(self, name, *more):
        return self.egret("trust", str(self.folder / f"{name}.pub"), *more)

    def records(self, *command):
        return [json.loads(line) for line in self.egret(*command, "--json").stdout.splitlines()]

    def runs(self):
        return self.records("status")[0]["generation_wanted"]

    def refused(self, why, result):
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertIn(why, result.stderr)

    def accepted(self, result):
        self.assertEqual(result.returncode, 0, result)
        return result.stdout

    def test_from_unsigned_to_signed(self):
        self.accepted(self.push(1, sign=None))
        self.accepted(self.trust("k1"))
        self.refused("it is not signed", self.push(2, sign=None))
        self.accepted(self.push(2))
        self.keys("k2")
        self.refused("which this node does not trust", self.push(3, sign="k2"))
        self.assertEqual(self.runs(), 2)
        self.assertEqual(self.records("history")[-1]["signed_by"], self.signing)

    def test_stock_minisign(self):
        if MINISIGN is None:
            self.skipTest("minisign is not installed")
        folder = str(self.folder)
        subprocess.run([MINISIGN, "-G", "-W", "-p", f"{folder}/m.pub", "-s", f"{folder}/m.key"],
                       capture_output=True, check=True)
        self.accepted(self.trust("m"))
        for generation, legacy in ((1, []), (2, ["-l"])):
            path = self.config(generation, sign=None)
            comment = f"node=b1 generation={generation} expires=2499-01-01T00:00:00Z"
            subprocess.run([MINISIGN, "-S", "-s", f"{folder}/m.key", "-m", path, "-t", comment, *legacy],
                           capture_output=True, check=True)
            self.accepted(self.egret("push", path))

    def test_key_rollover(self):
        self.accepted(self.trust("k1"))
        new = self.keys("k2")
        public = str(self.folder / "k2.pub")
        subprocess.run([EGRET, "keys", "sign", "-s", str(self.folder / "k1.key"), "-m", public],
                       capture_output=True, check=True)
        self.accepted(self.trust("k2", "--signature", public + ".minisig"))
        self.assertEqual(sorted(key["key"] for key in self.records("trust", "--list")), sorted([self.signing, new]))
        self.accepted(self.push(1, sign="k2"))
        self.accepted(self.egret("trust", "--remove", self.signing))
        self.refused("does not trust", self.push(2, sign="k1"))
        self.stop()
        self.start()
        self.refused("does not trust", self.push(2, sign="k1"))
        self.accepted(self.push(2, sign="k2"))

    def test_confirm_and_rollback(self):
        self.accepted(self.trust("k1"))
        self.accepted(self.push(1))
        said = self.accepted(self.egret("push", self.config(2), "--confirm-within", "10m"))
        self.assertIn("taken back unless egret confirm comes within 600 s", said)
        self.refused("waiting to be confirmed", self.push(3))
        self.accepted(self.egret("confirm"))
        self.accepted(self.egret("push", self.config(3), "--confirm-within", "10m"))
        self.stop()
        self.environment["EGRET_BOOT_ID"] = "two"
        self.start()
        self.assertEqual(self.runs(), 2)
        self.refused("does not exceed 3", self.push(3))
        self.accepted(self.egret("rollback"))
        self.assertEqual(self.runs(), 1)
        self.accepted(self.egret("rollback", "3"))
        ends = [entry["end"] for entry in self.records("history")]
        self.assertEqual(ends[2], "restarted unconfirmed, rolled back to 2")
        self.assertEqual(ends[-1], "runs")
        self.assertEqual(self.egret("push", self.config(4), "--confirm-within", "x").returncode, 2)

    def test_taken_back_in_time(self):
        self.accepted(self.push(1, sign=None))
        self.accepted(self.egret("push", self.config(2, sign=None), "--confirm-within", "10s"))
        self.assertLessEqual(self.records("status")[0]["confirm_within_s"], 10)
        deadline = time.monotonic() + 15
        while self.runs() == 2:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        self.assertEqual(self.records("history")[-1]["cause"], "not confirmed")
        self.assertIsNone(self.records("status")[0]["confirm_within_s"])

    def test_diff_speaks_in_things(self):
        self.accepted(self.push(1, sign=None))
        self.accepted(self.push(2, sign=None, more=', "198.51.100.0/24"'))
        said = self.accepted(self.egret("diff"))
        self.assertEqual(said.splitlines()[0], "generation 1 -> generation 2")
        self.assertIn("node: generation 1 -> 2\n", said)
        self.assertIn("list idp: prefixes + 198.51.100.0/24\n", said)
        path = self.config(3, sign=None, tail='[[location]]\nname = "Lyon office"\nranges = ["203.0.113.0/29"]')
        said = self.accepted(self.egret("diff", path))
        self.assertIn("location Lyon office added: ranges [203.0.113.0/29]\n", said)
        self.assertIn("list idp: prefixes - 198.51.100.0/24\n", said)
        change = json.loads(self.accepted(self.egret("diff", "1", "2", "--json")).splitlines()[-1])
        self.assertEqual((change["section"], change["keys"][0]["added"]), ("list", ["198.51.100.0/24"]))
        self.refused("generation 9 is not kept", self.egret("diff", "9"))
        self.assertIn("generation = 1\n", self.accepted(self.egret("history", "--toml", "1")))

    def test_roles(self):
        roles = '[control]\noperators = "daemon"\nreaders = "bin"'
        self.accepted(self.trust("k1"))
        self.refused("not allowed", self.egret("status", user=NOBODY))
        self.accepted(self.push(1, tail=roles))
        self.refused("may not operate this node", self.egret("status", user=NOBODY))
        self.accepted(self.egret("status", user=NOBODY, group=READERS))
        self.refused("may read here, and rollback takes operate", self.egret("rollback", user=NOBODY, group=READERS))
        path = self.config(2, tail=roles)
        self.refused("push takes operate", self.egret("push", path, user=NOBODY, group=READERS))
        self.accepted(self.egret("push", path, user=NOBODY, group=OPERATORS))
        self.refused("trust-remove takes root: ask as root", self.egret(
            "trust", "--remove", self.signing, user=NOBODY, group=OPERATORS))
        self.assertEqual(self.records("history")[-1]["user"], NOBODY)
        audit = self.records("history", "--audit")
        seen = [(line["user"], line["role"], line["command"], line["result"]) for line in audit]
        for line in (
            (NOBODY, "nothing", None, "refused"),
            (NOBODY, "read", "status", "accepted"),
            (NOBODY, "read", "rollback", "refused"),
            (NOBODY, "read", "push", "refused"),
            (NOBODY, "operate", "push", "accepted"),
            (NOBODY, "operate", "trust-remove", "refused"),
            (0, "root", "trust", "accepted"),
        ):
            self.assertIn(line, seen)
        # Without the groups the door is closed again.
        self.accepted(self.push(3))
        self.refused("not allowed", self.egret("status", user=NOBODY, group=READERS))

    def test_a_run_directory_others_pass_through_stays_theirs(self):
        run = self.folder / "run"
        run.chmod(0o755)
        self.accepted(self.push(1, sign=None))
        self.assertEqual(run.stat().st_mode & 0o777, 0o755)
        self.accepted(self.push(2, sign=None, tail='[control]\nreaders = "bin"'))
        self.accepted(self.push(3, sign=None))
        self.assertEqual(run.stat().st_mode & 0o777, 0o755)

    def test_a_group_nobody_has(self):
        refused = self.push(1, sign=None, tail='[control]\nreaders = "no-such-group"')
        self.refused("control.readers: this machine has no group no-such-group", refused)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
