# SPDX-License-Identifier: Apache-2.0
"""One case played: its inputs put together, `egret replay` run, and what came out read back."""
import functools
import json
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path

from lan import GATEWAY, Lan
from packets import UDP
from runner import captures
from runner.compose import compose
from runner.decode import decode, text
from runner.verdicts import Verdicts

COMMON = Path(__file__).parent.parent / "common"
SEED = "e9e7"
SECRETS = (".key", ".psk")
TIMEOUT_S = 100
MAX_FRAME = 65000  # larger ones are not carried (contract section 5)


class Replay:
    """`folder` holds the inputs and, in `out`, what Egret wrote; it is made anew."""

    def __init__(self, egret, case, folder):
        self.egret, self.case, self.folder = egret, case, folder
        self.expected = json.loads((case / "expect.json").read_text())
        self.run_options = self.expected.get("run", {})
        shutil.rmtree(folder, ignore_errors=True)
        self.prepare_configurations()
        self.capture = self.prepare_capture()

    def prepare_configurations(self):
        common = (self.case / self.run_options["common"]).resolve() if "common" in self.run_options else COMMON
        shutil.copytree(common, self.folder)
        if (self.case / "lists").exists():
            shutil.copytree(self.case / "lists", self.folder / "lists", dirs_exist_ok=True)
        for path in self.folder.iterdir():
            if path.suffix in SECRETS:
                path.chmod(0o600)  # git does not keep it, and Egret warns of secrets others may read
        for name in ("branch.toml", "edge.toml"):
            (self.folder / name).write_text(compose(common / name, self.case / name))

    def prepare_capture(self):
        if "capture" in self.run_options:
            return (self.case / self.run_options["capture"]).resolve()
        path = self.folder / "in.pcap"
        generator = runpy.run_path(str(self.case / "generate.py"))
        if "write" in generator:
            generator["write"](path)
        else:
            lan = Lan()
            generator["record"](lan)
            path.write_bytes(captures.encode(lan.frames))
        return path

    def command(self, out):
        names = {"--branch": "branch.toml", "--edge": "edge.toml", "--in": str(self.capture), "--out": out, "--seed": SEED}
        names.update(self.run_options.get("instead", {}))
        words = [word for option in names.items() for word in option]
        return [self.egret, "replay", *words, *self.run_options.get("arguments", [])]

    def play(self, out="out"):
        """Runs Egret; true if it ended as expected, else `problems` says how not."""
        done = subprocess.run(self.command(out), cwd=self.folder, capture_output=True, text=True, timeout=TIMEOUT_S)
        self.problems = []
        if done.returncode != self.run_options.get("exit", 0):
            self.problems.append(f"exit code {done.returncode}, expected {self.run_options.get('exit', 0)}")
        lines, wanted = done.stderr.splitlines(), self.expected.get("stderr", [])
        if len(lines) != len(wanted) or any(words not in line for words, line in zip(wanted, lines)):
            self.problems.append(f"stderr: expected lines with {wanted}, is\n{done.stderr}")
        if done.returncode != 0 and done.stdout:
            self.problems.append(f"stdout of a failed run: {done.stdout}")
        return not self.problems

    def left_behind(self, out="out"):
        """What a refused run wrote although it was refused."""
        return [path.name for path in self.folder.iterdir() if path.name.lstrip(".").startswith(out)]

    def read(self, out="out"):
        """Reads what came out, for the checks."""
        files = self.folder / out
        self.branch = tomllib.loads((self.folder / "branch.toml").read_text())
        self.edge = tomllib.loads((self.folder / "edge.toml").read_text())
        self.recorded = read_input(self.capture)
        self.wan, self.restored, self.lan = (
            captures.read(files / name) for name in ("wan.pcap", "restored.pcap", "lan.pcap"))
        self.sign_ins, self.flows, self.differences = (
            [json.loads(line) for line in (files / name).read_text().splitlines()]
            for name in ("signins.jsonl", "flows.jsonl", "differences.jsonl"))
        self.report = json.loads((files / "report.json").read_text())
        options = self.run_options.get("arguments", [])
        gateways = [options[i + 1] for i, word in enumerate(options) if word == "--gateway"] or [GATEWAY]
        self.gateways = {bytes.fromhex(gateway.replace(":", "")) for gateway in gateways}
        self.endpoints = {peer["endpoint"] for peer in self.branch["peer"]}
        self.sealed = [frame.data for frame in self.wan if self.is_sealed(frame.data)]
        self.clear = [frame.data for frame in self.wan if not self.is_sealed(frame.data)]
        self.classify_clients()

    def classify_clients(self):
        """What should go through the tunnel and what direct, of the client frames that can be played."""
        verdicts = Verdicts(self.branch, self.folder, self.run_options.get("in_clear", []))
        self.tunnelled, self.direct = [], []
        for frame in self.client_frames():
            verdict = verdicts.of_client(frame.data)
            if is_carried(frame) and verdict != "drop":
                (self.tunnelled if verdict == "tunnel" else self.direct).append(frame.data)

    def client_frames(self):
        """To the gateway, broadcast or multicast, and not from the gateway (contract section 5)."""
        return [frame for frame in self.recorded if len(frame.data) >= 14 and frame.data[6:12] not in self.gateways
                and (frame.data[0] & 1 or frame.data[:6] in self.gateways)]

    def server_frames(self):
        return [frame for frame in self.recorded if len(frame.data) >= 14 and frame.data[6:12] in self.gateways]

    def own_addresses(self, role):
        config = {"branch": self.branch, "edge": self.edge}[role]
        return {prefix.partition("/")[0] for port in config["port"] for prefix in port.get("addresses", [])}

    def is_sealed(self, data):
        """A datagram between the branch's own address and a peer's endpoint."""
        packet = decode(data)
        return packet.protocol == UDP and not self.endpoints.isdisjoint(
            (endpoint(packet.destination, packet.ports[1]), endpoint(packet.source, packet.ports[0])))


def is_carried(frame):
    return len(frame.data) <= MAX_FRAME and frame.wire_size == len(frame.data)


@functools.cache
def endpoint(address, port):
    return f"[{text(address)}]:{port}" if len(address) == 16 else f"{text(address)}:{port}"


def read_input(path):
    """A case whose capture is written in another format keeps the same frames as a plain one beside it."""
    plain = path.with_name("plain.pcap")
    return captures.read(plain if plain.exists() else path)
