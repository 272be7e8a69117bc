#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`egret lists` against a local HTTPS server that misbehaves. Usage: lists_test.py EGRET EGRETD"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import https_server as https  # noqa: E402, the path must be set first
from lists_case import EGRET, GOOD, GOOD_ENTRIES, WithServer  # noqa: E402


class Update(WithServer):
    def refused(self, why, behave=None, more="", arguments=(), source=None):
        """The list is fetched once, then it is not, for this reason; the copy of before stays."""
        self.server.behave = https.gives(GOOD)
        first = self.lists("update", config=self.config())
        self.assertEqual((first.returncode, first.stderr), (0, ""), first)
        self.server.behave = behave or self.server.behave
        if source is not None:  # another address has another copy: pretend that it was always this one
            shutil.rmtree(self.state)
            self.state.mkdir()
        result = self.lists("update", *arguments, config=self.config(more, source))
        self.assertEqual(result.returncode, 1, result)
        self.assertRegex(result.stderr, "^idp: " + why)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        if source is None:
            self.assertIn("; the copy of before stays", result.stderr)
            self.assertEqual(self.entries(), GOOD_ENTRIES)

    def test_fetches_and_shows(self):
        result = self.lists("update")
        self.assertEqual(result.stdout, "idp: updated: 2 prefixes, 1 domains\n")
        self.assertEqual(self.entries(), GOOD_ENTRIES)
        shown = json.loads(self.lists("show", "--json").stdout)
        self.assertEqual((shown["state"], shown["prefixes"], shown["problem"]), ("good", 2, None))
        self.assertEqual(shown["segments"], [{"segment": "entra", "rules": [{"rule": "sign-ins", "verdict": "tunnel"}]}])

    def test_what_is_held_is_accepted_offline_too(self):
        hold = self.config('new_entries = "hold"')
        self.lists("update", config=hold)
        self.server.behave = https.gives(GOOD + "203.0.113.0/24\n")
        self.assertEqual(self.lists("update", config=hold).stdout,
                         "idp: unchanged: 2 prefixes, 1 domains\n"
                         "idp: 1 new entry held, not used: egret lists accept idp\n")
        self.assertEqual(self.entries(), GOOD_ENTRIES)
        accepted = self.lists("accept", "idp", "--json", config=hold)
        self.assertEqual((accepted.returncode, json.loads(accepted.stdout)["waiting"]), (0, 0), accepted)
        self.assertIn("203.0.113.0/24", self.entries())
        again = self.lists("accept", "idp", config=hold)
        self.assertEqual((again.returncode, again.stderr),
                         (1, 'egret lists accept: list "idp": nothing waits to be accepted\n'))

    def test_etag_says_unchanged(self):
        self.server.behave = https.has_etag(GOOD, '"1"')
        self.lists("update")
        self.assertEqual(self.lists("update").stdout, "idp: unchanged: 2 prefixes, 1 domains\n")
        self.server.behave = https.has_etag(GOOD + "203.0.113.0/24\n", '"2"')
        self.assertEqual(self.lists("update").stdout, "idp: updated: 3 prefixes, 1 domains\n")

    def test_a_slow_server(self):
        self.refused("too slow: ", https.trickles, arguments=("--timeout", "2"))

    def test_a_truncated_answer(self):
        self.refused("the connection ended before the whole answer had come", https.is_cut_short)

    def test_a_reset_in_the_middle(self):
        self.refused("the connection ended before the whole answer had come", https.resets)

    def test_too_many_requests(self):
        self.refused("the server answered 429: too many requests, wait 7 s", https.gives("", status=429, Retry_After=7))
        self.refused("the server answered 429: too many requests;", https.gives("", status=429))

    def test_errors_of_the_server(self):
        self.refused("the server answered 500", https.gives(GOOD, status=500))
        self.refused("the server answered 404", https.gives(GOOD, status=404))

    def test_an_endless_answer(self):
        self.refused("is larger than 65536 bytes", https.never_ends, more="max_bytes = 65536")

    def test_a_gzip_bomb(self):
        self.refused("is larger than 65536 bytes", https.is_a_bomb, more="max_bytes = 65536")

    def test_a_shrinking_list(self):
        self.refused("loses 67 % of its entries", https.gives("192.0.2.0/24\n"))
        result = self.lists("update", "--force")
        self.assertEqual(result.returncode, 0, result)

    def test_an_emptied_list_even_by_force(self):
        self.refused("gives neither prefixes nor domains", https.gives(""), arguments=("--force",))

    def test_a_list_that_says_too_much(self):
        self.refused("0.0.0.0/0 is shorter than /8", https.gives(GOOD + "0.0.0.0/0\n"))

    def test_a_page_instead_of_a_list(self):
        self.refused("line 1: ", https.gives("<html>Log in to the hotel's network</html>\n"))

    def test_redirects(self):
        self.refused("redirected to something else than https", https.redirects("http://127.0.0.1:9/list"))
        self.refused("redirected more than 5 times", https.redirects("/list"))
        moved = self.serve("right", https.gives(GOOD))
        self.server.behave = https.redirects(moved.url + "/elsewhere")
        self.assertEqual(self.lists("update").returncode, 0)
        self.assertEqual(moved.paths, ["/elsewhere"])

    def test_certificates(self):
        for certificate in ("stranger", "elsewhere"):
            server = self.serve(certificate, https.gives(GOOD))
            self.refused("the server's certificate is refused: ", source=server.url + "/list")
            self.assertEqual(server.paths, [])

    def test_nobody_there(self):
        self.refused("no connection: ", source="https://127.0.0.1:1/list")

    def test_a_proxy(self):
        proxy = https.Proxy()
        self.addCleanup(proxy.end)
        result = self.lists("update", config=self.config(f'proxy = "{proxy.url}"'))
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(proxy.asked, [f"CONNECT {self.server.url[8:]} HTTP/1.1"])

    def test_the_environment_is_no_proxy(self):
        run = subprocess.run(
            [EGRET, "lists", "update", "--config", self.config(), "--state-dir", str(self.state)],
            env={"https_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}, check=False)
        self.assertEqual(run.returncode, 0)

    @unittest.skipIf(shutil.which("minisign") is None and os.environ.get("CI") != "true", "SKIP: minisign is not installed")
    def test_a_list_signed_by_minisign(self):
        def minisign(*arguments):
            subprocess.run(["minisign", *arguments], cwd=self.folder, check=True, capture_output=True)

        minisign("-G", "-W", "-p", "list.pub", "-s", "list.key")
        (self.folder / "list").write_text(GOOD)
        minisign("-S", "-s", "list.key", "-m", "list")
        files = {"/list": GOOD, "/list.minisig": (self.folder / "list.minisig").read_text()}
        self.server.behave = lambda handler: handler.answer(files[handler.path])
        key = (self.folder / "list.pub").read_text().splitlines()[1]
        config = self.config(f'signed_by = "{key}"')
        self.assertEqual(self.lists("update", config=config).returncode, 0)
        files["/list"] = GOOD + "203.0.113.0/24\n"
        result = self.lists("update", config=config)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "^idp: its signature: .*; the copy of before stays\n$")
        self.assertEqual(self.entries(), GOOD_ENTRIES)

    def test_check_and_diff(self):
        self.lists("update")
        self.assertEqual(self.lists("check").stdout, "idp: ok: 2 prefixes, 1 domains, 0 parts\n")
        self.server.behave = https.gives(GOOD.replace("192.0.2.0/24", "192.0.2.0/25") + "a.example\n")
        self.lists("update", config=self.config("max_shrink = 1"))
        diff = json.loads(self.lists("diff", "idp", "--json").stdout)
        self.assertEqual([entry["entry"] for entry in diff["added"]], ["a.example"])
        self.assertEqual([entry["entry"] for entry in diff["removed"]], ["192.0.2.0/24"])
        old, new = self.folder / "old", self.folder / "new"
        old.write_text("192.0.2.0/24\n")
        new.write_text("192.0.2.0/24\n198.51.100.7\n")
        shown = self.lists("diff", "idp", str(old), str(new)).stdout
        self.assertIn("idp: 1 added, 0 removed\nsegment \"entra\", rule \"sign-ins\": tunnel\n", shown)
        self.assertIn("+ 198.51.100.7/32", shown)

    def test_questions_without_a_copy(self):
        config = self.config()
        checked = self.egret("check", config)
        self.assertEqual(checked.returncode, 0, checked)
        self.assertIn("there is no copy of it here; egretd downloads it", checked.stderr)
        looked = self.egret("lookup", "--config", config, "192.0.2.9")
        self.assertEqual(looked.returncode, 1)
        self.assertIn("`egret lists update` downloads one", looked.stderr)
        self.lists("update")
        looked = self.egret("lookup", "--config", config, "--state-dir", str(self.state), "--json", "192.0.2.9")
        found = json.loads(looked.stdout)
        self.assertEqual((found["verdict"], found["entry"]), ("tunnel", "192.0.2.0/24"))
        self.assertEqual(found["provenance"]["source"], self.server.url + "/list")
        self.assertRegex(found["provenance"]["fetched"], "^20")

    def test_microsofts_service(self):
        sets = [{"id": 56, "ips": ["192.0.2.0/24", "198.51.100.0/24"], "urls": ["login.example"], "tcpPorts": "443"}]
        latest = ["2026103100"]

        def behave(handler):
            if handler.path.startswith("/version/Worldwide?"):
                handler.answer(json.dumps({"instance": "Worldwide", "latest": latest[0]}))
            elif handler.path.startswith("/endpoints/Worldwide?"):
                handler.answer(json.dumps(sets))
            else:
                handler.answer("[]")

        self.server.behave = behave
        config = self.config('select = { ids = [56] }\nmax_shrink = 1', self.server.url + "/endpoints/Worldwide", "m365")
        self.assertEqual(self.lists("update", config=config).stdout, "idp: updated: 2 prefixes, 1 domains\n")
        self.assertEqual(self.lists("update", config=config).stdout, "idp: unchanged: 2 prefixes, 1 domains\n")
        self.assertEqual([path.split("?")[0] for path in self.server.paths],
                         ["/version/Worldwide", "/endpoints/Worldwide", "/version/Worldwide"])
        self.assertEqual(len({path.split("ClientRequestId=")[1] for path in self.server.paths}), 1)
        sets[0]["ips"] = ["198.51.100.0/24", "203.0.113.0/24"]
        latest[0] = time.strftime("%Y%m%d00", time.gmtime())
        # What Microsoft took out today is still there; what it added is there already.
        self.assertEqual(self.lists("update", config=config).stdout, "idp: updated: 3 prefixes, 1 domains\n")
        self.assertTrue(self.server.paths[-1].startswith("/changes/Worldwide/2026103100?"))
        shown = self.lists("show", "idp", config=config).stdout
        self.assertRegex(shown, r"192\.0\.2\.0/24 +set 56, removed 20")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
