"""What the bench draws."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from bench.accuracy.chart import COLOURS, draw_chart
from bench.accuracy.chart import SIZE as CHART_SIZE
from bench.accuracy.dataset import Case
from bench.accuracy.reliability import Bin
from bench.accuracy.rows import Judged, Row, Scores
from bench.accuracy.sheet import MOST_BYTES, write_sheet

SCORES = Scores(mae=0, iou=1, boundary_f=1, sad=0, grad=0, edge10=0, composite=0)


def test_a_larger_error_is_a_taller_bar(tmp_path: Path) -> None:
    """Each system in a colour of its own."""
    rows = [
        Row("a", system, "x", 8, replace(SCORES, composite=error))
        for system, error in (("ours", 1.0), ("theirs", 4.0))
    ]
    path = tmp_path / "chart.png"
    draw_chart(rows, {"medium": [Bin(0, 0.2, 3, 0.1, 0.2), Bin(0.8, 1, 9, 0.9, 1)]}, path)
    with Image.open(path) as chart:
        image = chart.convert("RGB")
    assert CHART_SIZE == image.size
    pixels = np.asarray(image).astype(int)[:420, :850]
    ours, theirs = (
        int((np.abs(pixels - [int(colour[at : at + 2], 16) for at in (1, 3, 5)]).max(axis=2) < 12).sum())
        for colour in COLOURS[:2]
    )
    assert 3.5 < theirs / ours < 4.5


def test_the_sheet_is_small_enough_to_be_kept(tmp_path: Path) -> None:
    """However busy its pictures are."""
    random = np.random.default_rng(3)
    pairs: list[tuple[Judged, Judged]] = []
    cutouts: dict[Judged, Path] = {}
    for number in range(6):
        image, mask, png = (tmp_path / f"{kind}{number}.png" for kind in ("image", "mask", "cutout"))
        Image.fromarray(random.integers(0, 256, (300, 400, 3), np.uint8)).save(image)
        Image.fromarray(random.integers(0, 256, (300, 400), np.uint8)).save(mask)
        Image.fromarray(random.integers(0, 256, (300, 400, 4), np.uint8)).save(png)
        case = Case("a", str(number), image, mask, None)
        pair = tuple(
            Judged(case, system, "x", replace(SCORES, composite=number)) for system in ("ours", "theirs")
        )
        pairs.append((pair[0], pair[1]))
        cutouts |= dict.fromkeys(pair, png)
    path = tmp_path / "sheet.jpg"
    write_sheet(pairs, cutouts, path)
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as sheet:
        assert sheet.width > 1000
