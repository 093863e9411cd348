"""Which goals a run is held to, and what is written of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bench.chart import draw_lines
from bench.speed.findings import Findings, read_findings, write_findings
from bench.speed.goals import Goal, goals
from bench.speed.load import Load
from bench.speed.measure import Row
from bench.speed.page import page_of, write_page
from bench.speed.start import Beginning

OURS = Row("12MP", "clearcut", 1.0, 0.9, 1.1, 500.0, 10_000_000, 5, None, {"matte": 600.0})
THEIRS = Row("12MP", "rembg", 4.1, 4.0, 4.2, 2000.0, 9_000_000, 5, 0.003)
PREVIEWS = [
    replace(OURS, picture=picture, system="preview", median_s=median_s)
    for picture, median_s in (("1MP", 0.5), ("24MP", 0.7))
]
LOADS = [
    Load("12MP", "clearcut", clients, 8, per_second, 1.0, 1100.0, 30.0)
    for clients, per_second in ((1, 1.0), (2, 1.2), (8, 0.9))
]
FINDINGS = Findings(
    machine="a machine",
    rows=[OURS, THEIRS, replace(OURS, picture="1MP", median_s=0.5)],
    own=[
        *PREVIEWS,
        replace(OURS, system="kept matte", median_s=0.3),
        replace(OURS, picture="1MP", system="quality low", median_s=0.2),
    ],
    beginnings=[Beginning("clearcut", 3, 0.9, 1.9, 200.0), Beginning("rembg", 1, 1.8, 4.6, 246.0)],
    loads=LOADS,
    left_out={"imgly": "node is not installed"},
)


def goal(findings: Findings, name: str) -> Goal:
    """The one of this name."""
    (found,) = (goal for goal in goals(findings) if goal.name == name)
    return found


@pytest.mark.parametrize(
    ("name", "found", "met"),
    [
        ("against rembg, 12MP", "4.1x", False),
        ("beyond the model's run, 12MP", "66.7 %", True),
        ("peak memory, 12MP", "500 MB", True),
        ("preview of 24 MP against that of 1 MP", "1.4x", False),
        ("quality low against medium, 1MP", "0.4x", False),
        ("composed again, 12MP", "0.3 s", True),
        ("ready after", "0.9 s", True),
        ("first cut-out of 1 MP after", "1.9 s", False),
        ("throughput of 2 clients against one, 12MP", "1.20x", True),
        ("throughput of 8 clients against one, 12MP", "0.90x", False),
        ("peak memory, 8 clients of 12 MP", "1100 MB", True),
        ("slowest /health under load", "30 ms", True),
    ],
)
def test_a_figure_is_held_against_its_bound(name: str, found: str, *, met: bool) -> None:
    """Peers' figures are never held against our goals."""
    assert (found, met) == (goal(FINDINGS, name).found, goal(FINDINGS, name).met)


def test_goals_without_a_figure_are_left_out() -> None:
    """A run over one system alone is held to what it measured."""
    assert [] == goals(Findings("a machine"))


def test_findings_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    """The page can be written again without measuring."""
    write_findings(FINDINGS, tmp_path / "speed.json")

    assert FINDINGS == read_findings(tmp_path / "speed.json")


def test_the_page_owns_up_to_missed_goals_and_missing_peers() -> None:
    """And leaves out the headings that have nothing under them."""
    page = page_of(FINDINGS)

    assert "| against rembg, 12MP" in page
    assert page.count("**no**") == sum(not goal.met for goal in goals(FINDINGS))
    assert "- **imgly**: node is not installed" in page
    assert "## Left out" not in page_of(replace(FINDINGS, left_out={}))


def test_page_and_picture_are_written_beside_each_other(tmp_path: Path) -> None:
    """The page names the picture."""
    write_page(FINDINGS, tmp_path)

    assert "(benchmarks.png)" in (tmp_path / "benchmarks.md").read_text()
    with Image.open(tmp_path / "benchmarks.png") as picture:
        assert ("PNG", 1000) == (picture.format, picture.width)


def test_every_line_of_a_chart_has_a_colour_of_its_own(tmp_path: Path) -> None:
    """Its points would not be told apart otherwise."""
    draw_lines("two", {"one": [(1, 1), (2, 2)], "other": [(1, 2), (2, 1)]}, tmp_path / "chart.png")

    with Image.open(tmp_path / "chart.png") as picture:
        colours = {colour for _, colour in picture.getcolors(1 << 16) or []}
    assert {(0xD9, 0x48, 0x0F), (0x4C, 0x6E, 0xF5)} <= colours
