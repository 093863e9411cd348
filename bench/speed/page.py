"""docs/benchmarks.md: all of a run's findings, the goals that it missed among them."""

from pathlib import Path

from bench.chart import Bar, draw_bars
from bench.speed.findings import Findings
from bench.speed.goals import goals
from bench.speed.table import grid, report

_HEAD = """# Benchmarks

Written by `make bench`; do not edit. Every system runs on this machine in the same run, started by the bench
itself, and the systems take turns. Ratios travel between machines, seconds do not.

- **clearcut** is `make run`: medium quality, PNG.
- **rembg** is `rembg s`, its own server, with the same ISNet weights in float32.
- **imgly** is `@imgly/background-removal-node` on its medium model, which holds the same weights, behind a
  dozen lines of `node:http`, since it brings no server. Its PNGs have 256 colours: do not compare bytes.

![Seconds from request to answer](benchmarks.png)
"""


def write_page(findings: Findings, folder: Path) -> None:
    """Write the page and its picture."""
    bars = [Bar(row.picture, row.system, row.median_s) for row in findings.rows]
    draw_bars("Seconds from request to answer, JPEG in, PNG out", bars, folder / "benchmarks.png")
    (folder / "benchmarks.md").write_text(page_of(findings))


def page_of(findings: Findings) -> str:
    """The whole page."""
    sections = {
        "One client": report(findings.rows, findings.machine),
        "Goals": _goal_table(findings),
        "Short ways": _own_table(findings),
        "From the start of the process": _beginning_table(findings),
        "Several clients": _load_table(findings),
        "Left out": "\n".join(f"- **{name}**: {reason}" for name, reason in findings.left_out.items()),
    }
    return "\n".join([_HEAD, *(f"## {name}\n\n{text}\n" for name, text in sections.items() if text)])


def _goal_table(findings: Findings) -> str:
    lines = [[goal.name, goal.bound, goal.found, "yes" if goal.met else "**no**"] for goal in goals(findings)]
    return grid(["goal", "bound", "found", "met"], lines) if lines else ""


def _own_table(findings: Findings) -> str:
    lines = [
        [row.picture, row.system, f"{row.median_s:.3f}", f"{row.min_s:.3f} - {row.max_s:.3f}"]
        for row in findings.own
    ]
    note = (
        "`preview` is `size=preview`, `quality low` is `quality=low`; `kept matte` is another background for "
        "a picture that was sent before."
    )
    return f"{note}\n\n{grid(['photo', 'way', 'median s', 'min - max s'], lines)}" if lines else ""


def _beginning_table(findings: Findings) -> str:
    lines = [
        [
            start.system,
            str(start.starts),
            f"{start.ready_s:.2f}",
            f"{start.first_cutout_s:.2f}",
            f"{start.idle_mb:.0f}",
        ]
        for start in findings.beginnings
    ]
    return grid(["system", "starts", "ready s", "first cut-out of 1 MP s", "idle MB"], lines) if lines else ""


def _load_table(findings: Findings) -> str:
    lines = [
        [
            load.picture,
            load.system,
            str(load.clients),
            f"{load.per_second:.2f}",
            f"{load.median_s:.2f}",
            f"{load.peak_mb:.0f}",
            "" if load.health_ms is None else f"{load.health_ms:.0f}",
            str(load.refused or ""),
        ]
        for load in findings.loads
    ]
    head = [
        "photo",
        "system",
        "clients",
        "pictures a second",
        "median s",
        "peak MB",
        "slowest /health ms",
        "refused",
    ]
    return grid(head, lines) if lines else ""
