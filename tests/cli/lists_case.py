# SPDX-License-Identifier: Apache-2.0
"""A node with one list from a local HTTPS server. The test's arguments are EGRET and EGRETD."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import https_server as https
from least_config import least_config

EGRET, EGRETD = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])

CONFIG = least_config("{generation}") + """[egress]
addresses = ["203.0.113.7"]
[[peer]]
name = "e1"
public_key = "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0="
endpoint = "198.51.100.10:51820"
[[list]]
name = "idp"
format = "{form}"
source = "{source}"
ca = "file:{ca}"
{more}
[[segment]]
name = "entra"
lists = ["idp"]
[[rule]]
name = "sign-ins"
segments = ["entra"]
action = "tunnel"
via = "e1"
when_down = "drop"
"""

GOOD = "192.0.2.0/24\n198.51.100.0/24\nlogin.contoso.example\n"


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authorities = pathlib.Path(tempfile.mkdtemp())
        for name in ("ca", "other"):
            https.make_authority(cls.authorities, name)
        https.make_certificate(cls.authorities, "ca", "right", "IP:127.0.0.1")
        https.make_certificate(cls.authorities, "ca", "elsewhere", "DNS:elsewhere.example")
        https.make_certificate(cls.authorities, "other", "stranger", "IP:127.0.0.1")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.authorities)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.state = self.folder / "state"
        self.state.mkdir()
        self.server = self.serve("right", https.gives(GOOD))

    def serve(self, certificate, behave):
        server = https.HttpsServer(self.authorities / f"{certificate}.pem", behave)
        self.addCleanup(server.end)
        return server

    def config(self, more="", source=None, form="text", generation=1):
        path = self.folder / "b1.toml"
        path.write_text(CONFIG.format(
            more=more, source=source or self.server.url + "/list", form=form, generation=generation,
            ca=self.authorities / "ca.pem"))
        return str(path)

    def egret(self, *arguments):
        return subprocess.run([EGRET, *arguments], capture_output=True, text=True, timeout=60, check=False)

    def lists(self, verb, *more, config=None):
        config = config or self.config()
        return self.egret("lists", verb, *more, "--config", config, "--state-dir", str(self.state))

    def entries(self):
        shown = self.lists("show", "idp", "--json", config=str(self.folder / "b1.toml"))
        return sorted(json.loads(line)["entry"] for line in shown.stdout.splitlines())


GOOD_ENTRIES = ["192.0.2.0/24", "198.51.100.0/24", "login.contoso.example"]
