#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""egret keys sign and verify beside the stock minisign, both ways. Usage: signing_test.py EGRET"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

from least_config import least_config  # noqa: E402, no cache is to be written

EGRET = str(pathlib.Path(sys.argv[1]).resolve())
MINISIGN = shutil.which("minisign")

CONFIG = least_config(17)


def run(*arguments, **settings):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False, **settings)


class Signing(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "b1.toml").write_text(CONFIG)
        self.good("keys", "generate", "--signing", "-W", "-o", "ours")

    def egret(self, *arguments, **settings):
        return run(EGRET, *arguments, cwd=self.folder, **settings)

    def good(self, *arguments, **settings):
        result = self.egret(*arguments, **settings)
        self.assertEqual(result.returncode, 0, result)
        return result.stdout

    def minisign(self, *arguments, **settings):
        if MINISIGN is None:
            if os.environ.get("CI") == "true":
                self.fail("minisign is not installed")
            self.skipTest("minisign is not installed")
        return run(MINISIGN, *arguments, cwd=self.folder, **settings)

    def refused(self, why, *arguments):
        result = self.egret(*arguments)
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertIn(why, result.stderr)

    def test_files(self):
        self.assertEqual((self.folder / "ours.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(len((self.folder / "ours.pub").read_text().splitlines()), 2)
        self.refused("is there already", "keys", "generate", "--signing", "-W", "-o", "ours")
        self.assertEqual(self.egret("keys", "generate", "--signing").returncode, 2)

    def test_the_comment_says_what_a_push_needs(self):
        said = json.loads(self.good("keys", "sign", "-s", "ours.key", "-m", "b1.toml", "--expires", "12h", "--json"))
        self.assertRegex(said["trusted_comment"], r"^node=b1 generation=17 expires=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertIn("node=b1 generation=17", self.good("keys", "verify", "-p", "ours.pub", "-m", "b1.toml"))
        self.refused("no time like", "keys", "sign", "-s", "ours.key", "-m", "b1.toml", "--expires", "soon")
        (self.folder / "b1.toml").write_text(CONFIG.replace("role", "roll"))
        self.refused("has mistakes", "keys", "sign", "-s", "ours.key", "-m", "b1.toml")

    def test_what_we_sign_minisign_verifies(self):
        for more in ([], ["--legacy"]):
            self.good("keys", "sign", "-s", "ours.key", "-m", "b1.toml", *more)
            result = self.minisign("-V", "-p", "ours.pub", "-m", "b1.toml")
            self.assertEqual(result.returncode, 0, result)
            self.assertIn("Trusted comment: node=b1 generation=17", result.stdout)
        (self.folder / "b1.toml").write_text(CONFIG + "\n")
        self.assertNotEqual(self.minisign("-V", "-p", "ours.pub", "-m", "b1.toml").returncode, 0)

    def test_what_minisign_signs_we_verify(self):
        self.assertEqual(self.minisign("-G", "-W", "-p", "theirs.pub", "-s", "theirs.key").returncode, 0)
        for more in ([], ["-l"]):
            signed = self.minisign("-S", "-s", "theirs.key", "-m", "b1.toml", "-t", "a comment", *more)
            self.assertEqual(signed.returncode, 0, signed)
            verified = json.loads(self.good("keys", "verify", "-p", "theirs.pub", "-m", "b1.toml", "--json"))
            self.assertEqual((verified["trusted_comment"], verified["prehashed"]), ("a comment", not more))
            line = (self.folder / "theirs.pub").read_text().splitlines()[1]
            self.good("keys", "verify", "-P", line, "-m", "b1.toml")
        self.refused("made by another key", "keys", "verify", "-p", "ours.pub", "-m", "b1.toml")

    def test_each_signs_with_the_others_keys(self):
        self.assertEqual(self.minisign("-G", "-W", "-p", "theirs.pub", "-s", "theirs.key").returncode, 0)
        self.good("keys", "sign", "-s", "theirs.key", "-m", "b1.toml")
        self.assertEqual(self.minisign("-V", "-p", "theirs.pub", "-m", "b1.toml").returncode, 0)
        signed = self.minisign("-S", "-s", "ours.key", "-m", "b1.toml")
        self.assertEqual(signed.returncode, 0, signed)
        self.good("keys", "verify", "-p", "ours.pub", "-m", "b1.toml")

    def test_passwords_open_each_others_keys(self):
        self.assertEqual(
            self.minisign("-G", "-p", "theirs.pub", "-s", "theirs.key", input="secret\nsecret\n").returncode, 0)
        self.good("keys", "sign", "-s", "theirs.key", "-m", "b1.toml", input="secret\n")
        self.good("keys", "verify", "-p", "theirs.pub", "-m", "b1.toml")
        wrong = self.egret("keys", "sign", "-s", "theirs.key", "-m", "b1.toml", input="wrong\n")
        self.assertIn("does not open with this password", wrong.stderr)
        none = self.egret("keys", "sign", "-s", "theirs.key", "-m", "b1.toml", input="")
        self.assertIn("needs a password", none.stderr)
        self.good("keys", "generate", "--signing", "-o", "closed", input="secret\nsecret\n")
        signed = self.minisign("-S", "-s", "closed.key", "-m", "b1.toml", input="secret\n")
        self.assertEqual(signed.returncode, 0, signed)
        self.good("keys", "verify", "-p", "closed.pub", "-m", "b1.toml")
        differ = self.egret("keys", "generate", "--signing", "-o", "other", input="one\ntwo\n")
        self.assertIn("the passwords differ", differ.stderr)
        self.assertFalse((self.folder / "other.key").exists())

    def test_a_key_open_to_others_is_told(self):
        (self.folder / "ours.key").chmod(0o644)
        result = self.egret("keys", "sign", "-s", "ours.key", "-m", "b1.toml")
        self.assertEqual(result.returncode, 0)
        self.assertIn("is open to others; chmod 600 it", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
