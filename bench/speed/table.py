"""Rows as Markdown: for the terminal, and between a page's markers."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from bench.speed.measure import Row

OPENING = "<!-- bench:speed -->"
CLOSING = "<!-- /bench:speed -->"


def machine() -> str:
    """The machine in a few words: figures mean nothing without it."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"


def grid(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up; all but the first two hold figures."""
    widths = [max(len(row[column]) for row in [head, *lines]) for column in range(len(head))]
    rule = [("-" * width if at < 2 else "-" * (width - 1) + ":") for at, width in enumerate(widths)]
    cells = [
        [
            text.ljust(width) if at < 2 else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in [head, rule, *lines]
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _against(row: Row, rows: Sequence[Row]) -> str:
    """How many times as long as the first system this one took on the same photo."""
    ours = next(other for other in rows if other.picture == row.picture)
    return "" if ours is row else f"{row.median_s / ours.median_s:.1f}x"


def speed_table(rows: Sequence[Row]) -> str:
    """Every row, with its time as a multiple of the first system's."""
    head = ["photo", "system", "median s", "min - max s", "times ours", "peak MB", "PNG MB", "mask differs"]
    lines = [
        [
            row.picture,
            row.system,
            f"{row.median_s:.2f}",
            f"{row.min_s:.2f} - {row.max_s:.2f}",
            _against(row, rows),
            f"{row.peak_mb:.0f}",
            f"{row.out_bytes / 1e6:.2f}",
            "" if row.mask_difference is None else f"{row.mask_difference:.4f}",
        ]
        for row in rows
    ]
    return grid(head, lines)


def stage_table(rows: Sequence[Row]) -> str:
    """Where the time went, for the systems that tell."""
    told = [row for row in rows if row.stages_ms]
    if not told:
        return ""
    names = list(dict.fromkeys(name for row in told for name in row.stages_ms))
    lines = [
        [
            row.picture,
            row.system,
            *(f"{row.stages_ms.get(name, 0):.0f}" for name in names),
            f"{row.median_s * 1e3:.0f}",
        ]
        for row in told
    ]
    return grid(["photo", "system", *(f"{name} ms" for name in names), "whole ms"], lines)


def report(rows: Sequence[Row], machine: str) -> str:
    """The tables and the machine they were measured on."""
    note = f"{machine}; {_runs(rows)} each after a warm-up, turn by turn, over HTTP, JPEG in, PNG out."
    return "\n\n".join(part for part in (note, speed_table(rows), stage_table(rows)) if part)


def _runs(rows: Sequence[Row]) -> str:
    """The usual number, and those that had fewer because they take so long."""
    most = max(row.runs for row in rows)
    fewer = [f"{row.system} at {row.picture} {row.runs}" for row in rows if row.runs < most]
    return f"{most} runs" + (f" ({', '.join(fewer)})" if fewer else "")


class MarkersMissingError(ValueError):
    """The page has no place for the table."""


def write_report(page: Path, rows: Sequence[Row], machine: str) -> None:
    """Put the report between the page's markers, in place of what stood there."""
    text = page.read_text()
    before, opening, rest = text.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not opening or not closing:
        raise MarkersMissingError(f"{page.name} has no {OPENING} followed by {CLOSING}")
    page.write_text(f"{before}{OPENING}\n\n{report(rows, machine)}\n\n{CLOSING}{after}")
