#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""egretd as an operator and as systemd see it, without a dataplane. Usage: egretd_test.py EGRET EGRETD"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

from least_config import least_config  # noqa: E402, no cache is to be written

EGRET, EGRETD = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])


class Egretd(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "state").mkdir()
        key = subprocess.run([EGRET, "keys", "generate"], capture_output=True, check=True).stdout
        self.write("state/node.key", key)
        self.process = None

    def tearDown(self):
        self.stop()

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
        return str(path)

    def config(self, generation):
        return self.write("b1.toml", least_config(generation))

    def arguments(self, *more):
        return [EGRETD, "--state-dir", str(self.folder / "state"), "--run-dir", str(self.folder / "run"), *more]

    def start(self, *more, **settings):
        settings.setdefault("stderr", subprocess.PIPE)
        self.process = subprocess.Popen(self.arguments(*more), **settings)
        deadline = time.monotonic() + 10
        while not (self.folder / "run/control.sock").exists() and self.process.poll() is None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def stop(self, how=signal.SIGTERM):
        """What it wrote to standard error, and its exit code."""
        if self.process is None:
            return "", 0
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=10)
        code, self.process = self.process.returncode, None
        return (said or b"").decode(), code

    def egret(self, *arguments):
        run = [EGRET, *arguments, "--run-dir", str(self.folder / "run")]
        return subprocess.run(run, capture_output=True, text=True, timeout=20, check=False)

    def status(self):
        return json.loads(self.egret("status", "--json").stdout)

    def push(self, generation, *more):
        return self.egret("push", self.config(generation), *more)

    def refusal(self, arguments):
        """The one line of a command that ends with 1."""
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        return result.stderr

    def as_root(self):
        if os.geteuid() != 0:
            self.skipTest("unsigned pushes are root's")

    def test_usage(self):
        self.assertEqual(subprocess.run([EGRETD], capture_output=True, check=False).returncode, 2)

    def test_nobody_there(self):
        for command in (["status"], ["tunnels"], ["push", self.config(1)], ["ports", "--json"]):
            result = self.egret(*command)
            self.assertEqual(result.returncode, 1)
            self.assertIn("run/control.sock: no egretd there: start it", result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_lists_of_no_configuration(self):
        self.start()
        self.assertEqual(self.egret("lists", "show").returncode, 0)
        for verb in ("show", "diff", "accept"):
            result = self.egret("lists", verb, "idp")
            self.assertEqual(result.returncode, 1)
            self.assertEqual(result.stderr, "egret: no configuration yet: push one\n")

    def test_state_directory(self):
        shutil.rmtree(self.folder / "state")
        self.assertIn("No such file or directory", self.refusal(self.arguments()))
        (self.folder / "state").mkdir()
        (self.folder / "state").chmod(0o777)
        self.assertIn("others may write to it", self.refusal(self.arguments()))

    def test_only_one(self):
        self.start()
        self.assertIn("another egretd uses this state directory", self.refusal(self.arguments()))
        (self.folder / "other").mkdir()
        other = [EGRETD, "--state-dir", str(self.folder / "other"), "--run-dir", str(self.folder / "run")]
        self.assertIn("control.sock: another process listens there", self.refusal(other))

    def test_ends_when_told(self):
        self.start()
        said, code = self.stop()
        self.assertEqual(code, 0)
        self.assertIn("INFO no configuration yet, waiting for a push\n", said)
        self.assertFalse((self.folder / "run/control.sock").exists())

    def test_comes_back_after_a_kill(self):
        self.start()
        self.stop(signal.SIGKILL)
        self.assertTrue((self.folder / "run/control.sock").exists())
        self.start()
        time.sleep(0.1)
        self.assertIsNone(self.status()["node"])

    def test_push(self):
        self.as_root()
        self.start()
        self.assertIn("would be accepted", self.push(3, "--dry-run").stdout)
        self.assertIsNone(self.status()["generation_wanted"])
        self.assertEqual(self.push(3).returncode, 0)
        for generation in (2, 3):
            refused = self.push(generation)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(f"generation {generation} does not exceed 3", refused.stderr)
        self.stop(signal.SIGKILL)
        self.start()
        time.sleep(0.1)
        status = self.status()
        self.assertEqual((status["node"], status["generation_wanted"], status["generation_highest"]), ("b1", 3, 3))

    def test_refused_push(self):
        self.as_root()
        self.start()
        self.push(1)
        wrong = self.write("wrong.toml", least_config(2).replace("role", "roll"))
        result = self.egret("push", wrong)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{wrong}:4:1: node.roll: ", result.stderr)
        self.assertIn("nothing was changed", result.stderr)
        (self.folder / "state/node.key").chmod(0o640)
        self.assertIn("is open to others; chmod 600 it", self.push(2).stderr)
        (self.folder / "state/node.key").unlink()
        self.assertIn("node.key: cannot be read", self.push(2).stderr)
        self.assertEqual(self.status()["generation_wanted"], 1)

    def test_log_level(self):
        self.as_root()
        self.start()
        self.write("b1.toml", least_config(1) + '[log]\nlevel = "error"\n')
        self.assertEqual(self.egret("push", str(self.folder / "b1.toml")).returncode, 0)
        said, _ = self.stop()
        self.assertNotIn("push accepted", said)

    def test_key_log(self):
        self.as_root()
        self.start()
        self.push(1)
        self.stop()
        keys = self.folder / "keys"
        self.assertIn("disposable = true", self.refusal(self.arguments("--keylog", str(keys))))
        self.assertIn("keys: the key log cannot be written", self.refusal(self.arguments("--keylog", "/none/keys")))

    def test_systemd(self):
        path = self.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(5)
            self.start(env={**os.environ, "NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "200000"})
            said = [manager.recv(4096).decode() for _ in range(5)]
            self.assertEqual(said[:2], ["STATUS=no configuration yet, waiting for a push", "READY=1"])
            self.assertEqual(said[2:], ["WATCHDOG=1"] * 3)
            self.stop()
            while said[-1] == "WATCHDOG=1":
                said.append(manager.recv(4096).decode())
            self.assertEqual(said[-1], "STOPPING=1")

    def test_journal(self):
        self.as_root()
        inside = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, EGRET, EGRETD, "--journal"]
        result = subprocess.run(inside, capture_output=True, text=True, timeout=20, check=False)
        if "unshare failed" in result.stderr:
            self.skipTest("may not make namespaces")
        self.assertEqual(result.returncode, 0, result)
        entry = dict(line.split("=", 1) for line in result.stdout.splitlines() if line)
        self.assertEqual(entry["MESSAGE"].split(" reason=")[0], "no connection to the dataplane")
        self.assertEqual((entry["PRIORITY"], entry["SYSLOG_IDENTIFIER"]), ("4", "egretd"))
        self.assertIn("dataplane.sock", entry["EGRET_REASON"])


def print_journal_entry():
    """In a mount namespace of our own: stands in for journald and prints the warning egretd sends it."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    os.makedirs("/run/systemd/journal")
    os.mkdir("/run/state", 0o700)
    stream, other = socket.socketpair()
    status = os.fstat(stream.fileno())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind("/run/systemd/journal/socket")
        journal.settimeout(10)
        daemon = subprocess.Popen(
            [EGRETD, "--state-dir", "/run/state", "--run-dir", "/run/egret"],
            stderr=stream,
            env={**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"},
        )
        entry = ""
        while "PRIORITY=4" not in entry:
            entry = journal.recv(65536).decode()
        daemon.terminate()
        daemon.wait(timeout=10)
    # What goes to the journal does not go to standard error too.
    other.setblocking(False)
    stream.close()
    assert other.recv(1) == b""
    print(entry)


if __name__ == "__main__":
    if sys.argv[3:] == ["--journal"]:
        print_journal_entry()
    else:
        unittest.main(argv=sys.argv[:1])
