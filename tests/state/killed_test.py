#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""egretd is killed before every change of a file a push makes. The next one runs the old generation or the new one, whole.
Usage: killed_test.py EGRET EGRETD EGRETD-THAT-DIES"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

from least_config import least_config  # noqa: E402, the path must be set first

EGRET, EGRETD, DIES = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:4])

CONFIG = least_config("{generation}") + """# {padding}
"""

# Fewer would mean that pushes are killed where nothing is written yet.
LEAST_POINTS = 20


class Killed(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.state = self.folder / "state"
        (self.state / "trusted").mkdir(mode=0o700, parents=True)
        self.state.chmod(0o700)
        key = self.state / "node.key"
        key.write_bytes(subprocess.run([EGRET, "keys", "generate"], capture_output=True, check=True).stdout)
        key.chmod(0o600)
        made = subprocess.run(
            [EGRET, "keys", "generate", "--signing", "-W", "-o", str(self.folder / "k"), "--json"],
            capture_output=True, text=True, check=True)
        shutil.copy(self.folder / "k.pub", self.state / "trusted" / (json.loads(made.stdout)["key"] + ".pub"))
        (self.state / "trusted" / (json.loads(made.stdout)["key"] + ".pub")).chmod(0o600)
        self.process = None
        self.addCleanup(self.stop)

    def start(self, program, **environment):
        self.process = subprocess.Popen(
            [program, "--state-dir", str(self.state), "--run-dir", str(self.folder / "run")],
            stderr=subprocess.DEVNULL, env={**os.environ, "EGRET_BOOT_ID": "one", **environment})
        deadline = time.monotonic() + 10
        while self.egret("status").returncode != 0:
            self.assertIsNone(self.process.poll())
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def egret(self, *arguments):
        run = [EGRET, *arguments, "--run-dir", str(self.folder / "run")]
        return subprocess.run(run, capture_output=True, text=True, timeout=20, check=False)

    def config(self, generation):
        path = self.folder / "b1.toml"
        path.write_text(CONFIG.format(generation=generation, padding="x" * 3000))
        subprocess.run(
            [EGRET, "keys", "sign", "-s", str(self.folder / "k.key"), "-m", str(path)], capture_output=True, check=True)
        return path

    def check_whole(self, wanted):
        """A new egretd runs one of the `wanted` generations, and everything it says fits that."""
        self.start(EGRETD)
        status = json.loads(self.egret("status", "--json").stdout)
        runs = status["generation_wanted"]
        self.assertIn(runs, wanted)
        self.assertEqual(status["generation_highest"], runs)
        history = [json.loads(line) for line in self.egret("history", "--json").stdout.splitlines()]
        self.assertEqual(history[-1]["generation"], runs)
        text = CONFIG.format(generation=runs, padding="x" * 3000)
        self.assertEqual((self.state / "running.toml").read_text(), text)
        self.assertEqual(self.egret("history", "--toml", str(runs)).stdout, text)
        self.assertEqual([path.name for path in self.state.rglob("*.new")], [])
        # A line that was being written when the process died is lost, and no other.
        for line in (self.state / "audit.jsonl").read_text().splitlines():
            self.assertEqual(line.count('"time"') <= 1, True, line)
        self.stop()
        return runs

    def test_a_push_is_whole_or_not_at_all(self):
        self.start(EGRETD)
        self.assertEqual(self.egret("push", str(self.config(1))).returncode, 0)
        self.stop()
        runs, points, ended_old, ended_new = 1, 0, 0, 0
        while True:
            path = self.config(runs + 1)
            self.start(DIES, EGRET_DIE_AT_STEP=str(points + 1))
            self.process.send_signal(signal.SIGUSR1)
            time.sleep(0.02)
            result = self.egret("push", str(path))
            if self.process.poll() is None and result.returncode == 0:
                break
            self.assertEqual(self.process.wait(), -signal.SIGKILL)
            points += 1
            before, runs = runs, self.check_whole((runs, runs + 1))
            ended_old += runs == before
            ended_new += runs != before
        print(f"killed at {points} points: {ended_old} times the old generation, {ended_new} times the new one")
        self.assertGreaterEqual(points, LEAST_POINTS)
        self.assertGreater(ended_old, 0)
        self.assertGreater(ended_new, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
