#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the lint tests: that each finds what it is there for, and leaves alone what looks like it."""
import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True

import calls
import includes

loader = importlib.machinery.SourceFileLoader("messages", str(pathlib.Path(__file__).with_name("check_commit_message")))
messages = importlib.util.module_from_spec(importlib.util.spec_from_loader("messages", loader))
loader.exec_module(messages)


class CommitMessages(unittest.TestCase):
    def test_accepts(self):
        for message in (
            "crypto: add the replay window\n\nAccepts each counter once.\n",
            "stages/seal, stages/open: count what is dropped\n\nSo that operators see it.\n\nFixes: 0123456789ab (\"crypto: x\")\n",
            "tests: run MTU cases\n\nTable:\n\n    " + "x" * 90 + "\n",
            "Merge branch 'other'\n",
        ):
            self.assertEqual(messages.faults(message), [], message)

    def test_refuses(self):
        body = "\n\nBecause of this.\n"
        for message in (
            "",
            "no area" + body,
            "Crypto: add keys" + body,
            "crypto: Add keys" + body,
            "crypto: added keys" + body,
            "crypto: adds keys" + body,
            "crypto: add keys." + body,
            "crypto: add " + "k" * 70 + body,
            "crypto: add keys",
            "crypto: add keys\nno blank line\n",
            "crypto: add keys\n\n" + "many words " * 8 + "\n",
            "crypto: add keys" + body + "Fixes: abc\n",
        ):
            self.assertNotEqual(messages.faults(message), [], message)


class Includes(unittest.TestCase):
    def broken(self, path, header):
        return list(includes.broken_rules(path, header, includes.read_rules()))

    def test_refuses(self):
        for path, header in (
            ("crypto/src/noise.cpp", "rte_mbuf.h"),
            ("crypto/src/noise.cpp", "sys/socket.h"),
            ("crypto/src/noise.cpp", "chrono"),
            ("crypto/src/noise.cpp", "toml++/toml.h"),
            ("dataplane/include/egret/api/tables.hpp", "rte_mbuf.h"),
            ("dataplane/src/stages/seal.cpp", "sodium.h"),
            ("dataplane/src/stages/seal.cpp", "control/config/config.hpp"),
            ("control/lists/m365.cpp", "rte_mbuf.h"),
            ("control/config/validate.cpp", "toml++/toml.h"),
        ):
            self.assertNotEqual(self.broken(path, header), [], (path, header))

    def test_accepts(self):
        for path, header in (
            ("crypto/src/noise.cpp", "sodium.h"),
            ("dataplane/src/stages/seal.cpp", "rte_mbuf.h"),
            ("control/config/config_toml.cpp", "toml++/toml.h"),
            ("control/apps/egret/eal.cpp", "rte_eal.h"),
        ):
            self.assertEqual(self.broken(path, header), [], (path, header))


class Calls(unittest.TestCase):
    def found(self, code):
        text = calls.blanked(code)
        return any(expression.search(text) for _, expression, _ in calls.read_rules())

    def test_refuses(self):
        for code in ("strcpy(a, b)", 'std::system("ls")', "::time(nullptr)", "x = rand();", 'std::printf("%d", x)'):
            self.assertTrue(self.found(code), code)

    def test_accepts(self):
        for code in (
            "// strcpy(a, b)", "/* strcpy(a, b) */", '"strcpy(a, b)"', 'R"(\nstrcpy(a, b) " )"', "Random system();",
            "clock.time(now)", "other::printf(x)", "my_strcpy(a, b)",
        ):
            self.assertFalse(self.found(code), code)


if __name__ == "__main__":
    unittest.main()
