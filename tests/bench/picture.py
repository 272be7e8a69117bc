#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what egret-bench measured: cycles per packet of whole ways, raw AEAD and path on top of each other, beside their
targets; and the AEAD alone by every backend.

picture.py BENCH.jsonl... > PICTURE.svg
"""
import sys
from xml.sax.saxutils import escape

from results import INBOUND_BEYOND, OUTBOUND, OUTBOUND_BEYOND, SIZES, SUITES, Results

WIDTH = 860
LEFT, RIGHT = 200, 90
ROW, BAR = 22, 14
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 14px; font-weight: 600; }
  .faint { fill: #59636e; }
  .ground { fill: #ffffff; }
  .aead { fill: #4c7bd9; } .path { fill: #e08a3c; }
  .target { stroke: #1f2328; stroke-width: 2; }
  .axis { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .ground { fill: #0d1117; }
    .faint { fill: #9198a1; }
    .aead { fill: #5b8def; } .path { fill: #e3964f; }
    .target { stroke: #e6edf3; }
    .axis { stroke: #3d444d; }
  }
"""


class Canvas:
    """Text, bars and marks, from the top downwards."""

    def __init__(self):
        self.parts = []
        self.y = 0

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>')

    def bar(self, x, width, kind):
        self.parts.append(
            f'<rect x="{x:.1f}" y="{self.y + (ROW - BAR) / 2:.0f}" width="{width:.1f}" height="{BAR}" class="{kind}"/>'
        )

    def mark(self, x):
        self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self.y + 1}" y2="{self.y + ROW - 1}" class="target"/>')

    def heading(self, text, note=""):
        self.y += 30
        self.text(12, self.y, text, "title")
        if note:
            self.y += 17
            self.text(12, self.y, note, "faint")
        self.y += 8

    def svg(self):
        height = self.y + 14
        body = "\n".join(self.parts)
        return (
            "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-label="Cycles per packet of Egret">\n<style>{STYLE}</style>\n'
            f'<rect width="{WIDTH}" height="{height}" class="ground"/>\n{body}\n</svg>\n'
        )


def scale_of(longest):
    return (WIDTH - LEFT - RIGHT) / longest


def size_label(size, mix):
    return "IMIX" if mix else f"{size} bytes"


def draw_way(canvas, scale, line, label, target):
    """One bar: the raw AEAD, and what the way takes beyond it."""
    total, raw = line["cycles_per_packet"], line["raw_aead_cycles"]
    canvas.text(LEFT - 10, canvas.y + 15, label, anchor="end")
    canvas.bar(LEFT, raw * scale, "aead")
    canvas.bar(LEFT + raw * scale, max(total - raw, 0) * scale, "path")
    if target:
        canvas.mark(LEFT + target * scale)
    end = LEFT + max(total, target or 0) * scale
    canvas.text(end + 8, canvas.y + 15, f"{total:.0f} ({total - raw:+.0f})")
    canvas.y += ROW


def draw_ways(canvas, results, suite):
    ways = [
        (way, size_label(size, mix), line, OUTBOUND[suite].get(size) if way == "outbound" else None)
        for size, mix in [*((size, None) for size in SIZES), (348, "imix")]
        for way in ("outbound", "inbound")
        if (line := results.one(way, suite=suite, size=size, mix=mix))
    ]
    if not ways:
        return
    canvas.heading(f"{suite}, sealed by {ways[0][2]['backend']}")
    scale = scale_of(max(line["cycles_per_packet"] for _, _, line, _ in ways))
    for way, size, line, target in ways:
        beyond = OUTBOUND_BEYOND if way == "outbound" else INBOUND_BEYOND
        draw_way(canvas, scale, line, f"{way}, {size}", target or line["raw_aead_cycles"] + beyond)


def draw_backends(canvas, results):
    canvas.heading("The AEAD alone, 64 and 1,420 bytes", "Sealing, in bursts of 32; every backend of this machine.")
    lines = [line for line in results.all("aead") if line["size"] in (64, 1420)]
    if not lines:
        return
    scale = scale_of(max(line["cycles_per_packet"] for line in lines))
    for suite in SUITES:
        canvas.y += 14
        canvas.text(LEFT - 10, canvas.y, suite, "faint", anchor="end")
        canvas.y += 4
        for size in (64, 1420):
            for line in (line for line in lines if line["suite"] == suite and line["size"] == size):
                cycles = line["cycles_per_packet"]
                canvas.text(LEFT - 10, canvas.y + 15, f"{line['backend']}, {size}", anchor="end")
                canvas.bar(LEFT, cycles * scale, "aead")
                canvas.text(LEFT + cycles * scale + 8, canvas.y + 15, f"{cycles:.0f}")
                canvas.y += ROW
            canvas.y += 6


def draw_legend(canvas):
    canvas.y += 10
    for x, kind, text in [(LEFT, "aead", "raw AEAD of the same run"), (LEFT + 190, "path", "everything else on the way")]:
        canvas.parts.append(f'<rect x="{x}" y="{canvas.y}" width="12" height="12" class="{kind}"/>')
        canvas.text(x + 18, canvas.y + 11, text)
    x = LEFT + 395
    canvas.parts.append(f'<line x1="{x}" x2="{x}" y1="{canvas.y - 2}" y2="{canvas.y + 14}" class="target"/>')
    canvas.text(x + 10, canvas.y + 11, "target")
    canvas.y += 14


def main():
    results = Results(sys.argv[1:])
    canvas = Canvas()
    canvas.heading(
        "Cycles per packet, one core",
        "1,000 flows, bursts of 32, warm, IPv4 outer, no driver. In brackets, and as target inbound: beyond the raw AEAD.",
    )
    draw_legend(canvas)
    for suite in SUITES:
        draw_ways(canvas, results, suite)
    draw_backends(canvas, results)
    sys.stdout.write(canvas.svg())


if __name__ == "__main__":
    main()
