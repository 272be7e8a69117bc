#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""egret-dataplane as whoever starts it sees it: its options, its one line where it refuses, its words to systemd, its end.

Needs no privileges: the ports are devices without hardware. Usage: program_test.py PROGRAM
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1)
PORTS = ["--port", "lan0=net_null0,no-rx=1", "--port", "wan0=net_null1,no-rx=1"]
PATIENCE_S = 20


def run(*arguments, environment=None):
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, env=environment, check=False
    )


class Program(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.run_dir = ["--run-dir", self.folder.name]
        self.socket = os.path.join(self.folder.name, "dataplane.sock")

    def start(self, environment=None, options=()):
        """The program, once control could connect."""
        process = subprocess.Popen(
            [PROGRAM, *PORTS, *self.run_dir, *options], stderr=subprocess.PIPE, text=True, env=environment
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + PATIENCE_S
        while not os.path.exists(self.socket):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return process

    def refused(self, status, text, *arguments):
        """Refused with one line, apart from what is said of huge pages."""
        result = run(*arguments)
        lines = [line for line in result.stderr.splitlines() if "huge pages" not in line]
        self.assertEqual((result.returncode, len(lines)), (status, 1), result.stderr)
        self.assertIn(text, lines[0])
        self.assertTrue(lines[0].startswith("egret-dataplane: "), lines[0])

    def test_help(self):
        result = run("--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn("--port", result.stdout)
        self.assertIn("net_af_packet", result.stdout)

    def test_wrong_usage(self):
        self.refused(2, "--run-dir is required", *PORTS)
        self.refused(2, "name the ports", *self.run_dir)
        self.refused(2, "--prot", "--prot", *self.run_dir)
        for port in ("lan0", "=net_null0", "lan0="):
            self.refused(2, "write it as NAME=DEVARGS", "--port", port, *self.run_dir)
        self.refused(2, "longer than 15", "--port", "a-very-long-name=net_null0", *self.run_dir)
        self.refused(2, "two of this name", "--port", "a=net_null0", "--port", "a=net_null1", *self.run_dir)
        self.refused(2, "number them differently", "--port", "a=net_null0", "--port", "b=net_null0", *self.run_dir)
        self.refused(2, "--board excludes --port", "--board", "x.toml", *PORTS, *self.run_dir)

    def test_what_is_not_there(self):
        self.refused(1, "there is no such directory", *PORTS, "--run-dir", self.folder.name + "/none")
        self.refused(1, "board profiles are not supported yet", "--board", "x.toml", *self.run_dir)
        self.refused(1, "DPDK knows no such device", "--port", "a=net_nothing0", *self.run_dir)
        self.refused(1, "there is no interface egret-none", "--port", "a=net_af_packet0,iface=egret-none", *self.run_dir)
        self.refused(1, "a node needs two lcores", *PORTS, *self.run_dir, "--", "--lcores", "0")
        self.assertFalse(os.path.exists(self.socket))

    def test_arguments_dpdk_does_not_know(self):
        result = run(*PORTS, *self.run_dir, "--", "--no-such-argument")
        self.assertEqual(result.returncode, 1)
        self.assertIn("DPDK could not be started", result.stderr.splitlines()[-1])  # behind its own words

    def test_a_second_one_in_the_same_place(self):
        first = self.start()
        self.refused(1, "another egret-dataplane runs there", *PORTS, *self.run_dir)
        self.assertIsNone(first.poll())

    def test_ends_when_it_is_told_to(self):
        for stop in (signal.SIGTERM, signal.SIGINT):
            process = self.start()
            process.send_signal(stop)
            self.assertEqual(process.wait(PATIENCE_S), 0)
            self.assertFalse(os.path.exists(self.socket))

    def test_starts_again_where_one_was_killed(self):
        process = self.start()
        process.kill()
        process.wait()
        self.assertTrue(os.path.exists(self.socket))
        self.start()
        self.await_hello()

    def await_hello(self):
        """Returns when the program speaks with control: it has started altogether."""
        end = time.monotonic() + PATIENCE_S
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
            while control.connect_ex(self.socket) != 0:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.01)
            control.settimeout(PATIENCE_S)
            self.assertGreater(len(control.recv(4096)), 16)

    def sealed_by(self, process):
        """What the program says of each suite, once both are chosen."""
        process.terminate()
        lines = [line.removeprefix("egret-dataplane: ") for line in process.stderr]
        return {line.split()[0]: line.strip() for line in lines if " by " in line}

    def test_measures_what_seals_fastest(self):
        process = self.start()
        self.await_hello()
        chosen = self.sealed_by(process)
        self.assertEqual(sorted(chosen), ["aes256gcm", "wireguard"])
        self.assertRegex(chosen["wireguard"], r"measured: \d+ cycles a packet.*libsodium|the only one here")

    def test_takes_the_backends_it_is_told_of(self):
        for options, environment in [
            (["--aead", "wireguard=libsodium"], {}),
            ([], {"EGRET_AEAD": "wireguard=libsodium,aes256gcm=auto"}),
            (["--aead", "wireguard=libsodium"], {"EGRET_AEAD": "wireguard=no-such-backend"}),
        ]:
            process = self.start({**os.environ, **environment}, options)
            self.await_hello()
            self.assertEqual(self.sealed_by(process)["wireguard"], "wireguard by libsodium (configured)")
            process.wait()

    def test_refuses_backends_that_are_not_there(self):
        self.refused(1, "there is", *PORTS, *self.run_dir, "--aead", "wireguard=no-such-backend")
        self.refused(2, "SUITE=BACKEND", *PORTS, *self.run_dir, "--aead", "libsodium")
        self.refused(1, "there is", *PORTS, *self.run_dir, "--max-simd", "128", "--aead", "aes256gcm=crypto_aesni_gcm")

    def test_leaves_out_what_is_too_wide(self):
        process = self.start({**os.environ, "EGRET_MAX_SIMD": "64"})
        self.await_hello()
        self.assertEqual(self.sealed_by(process)["wireguard"], "wireguard by libsodium (the only one here)")

    def test_tells_systemd(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(PATIENCE_S)
            path = os.path.join(self.folder.name, "notify")
            manager.bind(path)
            process = self.start({**os.environ, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"})
            said = [manager.recv(100) for _ in range(4)]
            self.assertEqual(said, [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"])
            process.terminate()
            while (word := manager.recv(100)) == b"WATCHDOG=1":
                pass
            self.assertEqual(word, b"STOPPING=1")
            self.assertEqual(process.wait(PATIENCE_S), 0)


if __name__ == "__main__":
    unittest.main()
