"""Rows as Markdown: one table of every figure, and one of how far we are from each peer."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from bench.accuracy.rows import Row, Scores

OURS = "clearcut"
MEASURES = tuple(field.name for field in fields(Scores))
COMPARED = ("edge10", "composite")


def report(found: Sequence[Row]) -> str:
    """Both tables."""
    return f"{_all_figures(found)}\n\n{_comparison(found)}"


def _all_figures(found: Sequence[Row]) -> str:
    head = ["slice", "system", "quality", "n", *MEASURES]
    by_slice = sorted(found, key=lambda row: [one.slice for one in found].index(row.slice))
    lines = [[row.slice, row.system, row.quality, str(row.n), *_figures(row)] for row in by_slice]
    return _grid(head, lines)


def document(found: Sequence[Row], doubts: str) -> str:
    """The page under docs/."""
    return f"""# Accuracy

Printed by `make accuracy`, which also draws the pictures. Errors are means over a slice; less is better, and
more is better for IoU and boundary F. *composite* is what a user sees: the mean difference of colour, 0 to
255, between the cut-out and the truth, both laid over white, black, green and something like a photo.
*edge10* is alpha's error within ten pixels of the true outline. rembg runs the same ISNet weights in single
precision, with its defaults, with its decontamination, and with its alpha matting. Slices that begin with
`own` are composites that the command makes itself; the total leaves them out.

![error of every slice, and how far confidence is to be relied on](accuracy.png)

## Against rembg

{_comparison(found)}

## Every figure

{_all_figures(found)}

## Confidence

{doubts}

## Best and worst

Left, the five pictures where `high` gains most on rembg's default; right, the five where its own error is
largest.

![pictures, truth, rembg and clearcut side by side](accuracy-pictures.jpg)

Thumbnails to judge by, of pictures from Human-Segmentation-Dataset (VikramShenoy97), Clothing Co-Parsing
(bearpaw), Weizmann horses, Saleor's demo products, Magic123 and PyMatting's lemur; no part of the product.
"""


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
