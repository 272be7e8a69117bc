#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How egretd keeps its lists fresh, from a local HTTPS server. Usage: lists_egretd_test.py EGRET EGRETD"""
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import https_server as https  # noqa: E402, the path must be set first
from lists_case import EGRET, EGRETD, GOOD, GOOD_ENTRIES, WithServer  # noqa: E402


class Daemon(WithServer):
    def setUp(self):
        super().setUp()
        key = subprocess.run([EGRET, "keys", "generate"], capture_output=True, check=True).stdout
        (self.state / "node.key").write_bytes(key)
        (self.state / "node.key").chmod(0o600)
        self.process = None
        self.addCleanup(self.stop)

    def start(self):
        self.process = subprocess.Popen(
            [EGRETD, "--state-dir", str(self.state), "--run-dir", str(self.folder / "run")], stderr=subprocess.DEVNULL)
        self.until(lambda: self.ask("status").returncode == 0)

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=10)
            self.process = None

    def ask(self, *arguments):
        return self.egret(*arguments, "--run-dir", str(self.folder / "run"))

    def until(self, holds):
        deadline = time.monotonic() + 20
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def live_entries(self):
        shown = self.ask("lists", "show", "idp", "--json")
        return sorted(json.loads(line)["entry"] for line in shown.stdout.splitlines())

    def problems(self):
        return json.loads(self.ask("status", "--json").stdout)["problems"]

    def test_a_push_downloads_what_it_lacks_and_egretd_keeps_it_fresh(self):
        self.start()
        pushed = self.ask("push", self.config('refresh = "1s"'))
        self.assertEqual(pushed.returncode, 0, pushed)
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)
        # A new version is taken up without a push.
        self.server.behave = https.gives(GOOD + "203.0.113.0/24\n")
        self.until(lambda: "203.0.113.0/24" in self.live_entries())
        # A version that is refused is told about, and the one before stays.
        self.server.behave = https.gives("192.0.2.0/24\n")
        self.until(lambda: any("list idp is not up to date: loses 75 %" in one for one in self.problems()))
        self.assertIn("203.0.113.0/24", self.live_entries())
        asked = self.ask("lists", "update")
        self.assertEqual(asked.returncode, 1, asked)
        self.assertIn("idp: loses 75 % of its entries", asked.stdout)
        # Without its server the node boots with the last good copy.
        self.stop()
        self.server.end()
        self.start()
        self.assertIn("203.0.113.0/24", self.live_entries())
        self.until(lambda: any("list idp is not up to date: no connection" in one for one in self.problems()))

    def test_a_push_whose_list_does_not_come_is_refused(self):
        self.start()
        self.server.behave = https.gives("", status=503)
        pushed = self.ask("push", self.config())
        self.assertEqual(pushed.returncode, 1, pushed)
        self.assertIn("list.source: " + self.server.url + "/list: there is no copy of it: the server answered 503",
                      pushed.stderr)

    def test_a_bad_version_is_taken_back(self):
        self.start()
        self.assertEqual(self.ask("push", self.config()).returncode, 0)
        back = self.ask("lists", "update", "--previous", "idp")
        self.assertEqual(back.returncode, 1)
        self.assertIn('list "idp": there is no copy before the last one', back.stderr)
        self.server.behave = https.gives(GOOD + "203.0.113.0/24\n")
        self.assertEqual(self.ask("lists", "update").returncode, 0)
        self.until(lambda: "203.0.113.0/24" in self.live_entries())
        diff = self.ask("lists", "diff", "idp").stdout
        self.assertIn('idp: 1 added, 0 removed\nsegment "entra", rule "sign-ins": tunnel\n', diff)
        self.assertIn("+ 203.0.113.0/24", diff)
        self.assertEqual(self.ask("lists", "update", "--previous", "idp").returncode, 0)
        self.until(lambda: self.live_entries() == GOOD_ENTRIES)
        again = self.ask("lists", "update")
        self.assertEqual(again.returncode, 1)
        self.assertIn("is the version that was taken back", again.stdout)
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)

    def held(self):
        return json.loads(self.ask("status", "--json").stdout)["lists_held"]

    def test_new_entries_wait_until_they_are_accepted(self):
        self.start()
        hold = 'refresh = "1s"\nnew_entries = "hold"'
        self.assertEqual(self.ask("push", self.config(hold)).returncode, 0)
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)
        refused = self.ask("lists", "accept", "idp")
        self.assertEqual((refused.returncode, refused.stderr),
                         (1, 'egret: list "idp": nothing waits to be accepted\n'))
        self.server.behave = https.gives(GOOD + "203.0.113.0/24\nnew.contoso.example\n")
        self.until(lambda: self.held() == [{"list": "idp", "entries": 2}])
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)
        self.assertIn("idp: 2 new entries held, not used: egret lists accept idp", self.ask("lists", "show").stdout)
        self.assertIn("2 of idp: egret lists accept LIST uses them", self.ask("status").stdout)
        self.assertIn("? 203.0.113.0/24", self.ask("lists", "diff", "idp").stdout)
        # They wait on after a restart without the server, and a lookup says so.
        self.stop()
        self.server.end()
        self.start()
        self.assertEqual(self.held(), [{"list": "idp", "entries": 2}])
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)
        self.assertEqual(self.answer("203.0.113.9")["verdict"], "direct")
        self.assertIn("held, not used: egret lists accept idp", self.answer("203.0.113.9")["reason"])
        # One of them, then what is left.
        self.assertIn('"192.0.2.0/24" does not wait', self.ask("lists", "accept", "idp", "192.0.2.0/24").stderr)
        accepted = self.ask("lists", "accept", "idp", "203.0.113.0/24", "--json")
        self.assertEqual(json.loads(accepted.stdout)["waiting"], 1, accepted)
        self.until(lambda: "203.0.113.0/24" in self.live_entries())
        self.assertEqual(self.answer("203.0.113.9")["verdict"], "tunnel")
        self.assertEqual(self.ask("lists", "accept", "idp").returncode, 0)
        self.until(lambda: "new.contoso.example" in self.live_entries())
        self.assertEqual(self.held(), [])
        commands = [(json.loads(line)["command"], json.loads(line)["result"])
                    for line in (self.state / "audit.jsonl").read_text().splitlines()]
        self.assertEqual([result for command, result in commands if command == "lists_accept"],
                         ["refused", "refused", "accepted", "accepted"])
        # Accepted for good.
        self.stop()
        self.start()
        self.assertEqual((self.held(), len(self.live_entries())), ([], 5))

    def test_entries_a_push_finds_in_a_file_wait_too(self):
        listed = self.state / "idp.txt"
        listed.write_text(GOOD)
        self.start()
        self.assertEqual(self.ask("push", self.config('new_entries = "hold"', "file:idp.txt")).returncode, 0)
        listed.write_text(GOOD + "203.0.113.0/24\n")
        pushed = self.ask("push", self.config('new_entries = "hold"', "file:idp.txt", generation=2))
        self.assertEqual(pushed.returncode, 0, pushed)
        self.assertIn("1 new entry is held, not used: egret lists accept idp", pushed.stderr)
        self.assertEqual(self.live_entries(), GOOD_ENTRIES)
        self.assertEqual(self.held(), [{"list": "idp", "entries": 1}])
        # Whoever pushes "use" has accepted them.
        self.assertEqual(self.ask("push", self.config(source="file:idp.txt", generation=3)).returncode, 0)
        self.assertIn("203.0.113.0/24", self.live_entries())
        self.assertEqual(self.held(), [])

    def answer(self, address):
        asked = self.egret("lookup", "--config", str(self.state / "running.toml"), address,
                           "--state-dir", str(self.state), "--json")
        return json.loads(asked.stdout)

    def test_a_slow_list_holds_nobody_up(self):
        self.start()
        self.server.behave = https.trickles
        push = subprocess.Popen([EGRET, "push", self.config(), "--run-dir", str(self.folder / "run")],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.until(lambda: self.server.paths)
            begun = time.monotonic()
            self.assertEqual(self.ask("status").returncode, 0)
            self.assertLess(time.monotonic() - begun, 2)
        finally:
            push.terminate()
            push.wait(timeout=10)

    def test_update_beside_egretd_is_refused(self):
        self.start()
        result = self.lists("update")
        self.assertEqual(result.returncode, 1)
        self.assertIn("an egretd uses it", result.stderr)

    def test_a_changed_file_is_taken_up_when_asked(self):
        listed = self.state / "idp.txt"
        listed.write_text(GOOD)
        self.start()
        self.assertEqual(self.ask("push", self.config(source="file:idp.txt")).returncode, 0)
        listed.write_text(GOOD + "203.0.113.0/24\n")
        asked = self.ask("lists", "update", "idp", "--json")
        self.assertEqual(asked.returncode, 0, asked)
        self.until(lambda: "203.0.113.0/24" in self.live_entries())
        listed.unlink()
        self.stop()
        self.start()
        self.assertIn("203.0.113.0/24", self.live_entries())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
