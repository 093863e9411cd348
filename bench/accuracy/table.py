"""Rows as Markdown: one table of every figure, and one of how far we are from each peer."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from bench.accuracy.rows import Row, Scores

OURS = "clearcut"
MEASURES = tuple(field.name for field in fields(Scores))
COMPARED = ("edge10", "composite")


def report(found: Sequence[Row]) -> str:
    """Both tables."""
    head = ["slice", "system", "quality", "n", *MEASURES]
    by_slice = sorted(found, key=lambda row: [one.slice for one in found].index(row.slice))
    lines = [[row.slice, row.system, row.quality, str(row.n), *_figures(row)] for row in by_slice]
    return f"{_grid(head, lines)}\n\n{_comparison(found)}"


def _figures(row: Row) -> list[str]:
    return [f"{value:.4f}" for value in asdict(row.scores).values()]


def _comparison(found: Sequence[Row]) -> str:
    """Our error against each peer's, in per cent: less than nothing is better."""
    lines = []
    for ours in (row for row in found if row.system == OURS):
        for peer in (row for row in found if row.system != OURS and row.slice == ours.slice):
            changes = [_change(getattr(ours.scores, name), getattr(peer.scores, name)) for name in COMPARED]
            against = f"{ours.quality} against {peer.system} {peer.quality}"
            lines.append([ours.slice, against, *changes])
    return _grid(["slice", "error of", *COMPARED], lines) if lines else ""


def _change(ours: float, theirs: float) -> str:
    return f"{100 * (ours / theirs - 1):+.1f} %" if theirs else "-"


def _grid(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    padded = [
        " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in [head, ["-" * width for width in widths], *lines]
    ]
    return "\n".join(f"| {line} |" for line in padded)
