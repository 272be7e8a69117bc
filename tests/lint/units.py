#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every systemd unit against `systemd-analyze security`: an exposure under 3.0."""
import shutil
import subprocess

from sources import ROOT, files, finish, skip

MAX_EXPOSURE_TENTHS = 29


def exposure_finding(path):
    """What systemd-analyze says about a unit that is exposed more, else nothing."""
    command = ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={MAX_EXPOSURE_TENTHS}"]
    result = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    return f"{path}: {(result.stdout + result.stderr).strip().splitlines()[-1]}"


def main():
    if shutil.which("systemd-analyze") is None:
        skip("systemd-analyze is not installed (Debian: systemd)")
    units = [path for path in files() if path.suffix == ".service"]
    findings = [finding for finding in map(exposure_finding, units) if finding]
    if not units:
        findings.append("no unit found")
    finish(findings, f"{len(units)} units")


if __name__ == "__main__":
    main()
