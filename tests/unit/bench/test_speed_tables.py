"""What the speed bench prints and writes into a page."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.speed.measure import Row
from bench.speed.table import MarkersMissingError, report, speed_table, stage_table, write_report

OURS = Row("1MP", "clearcut", 0.5, 0.4, 0.6, 400.0, 900_000, 5, None, {"decode": 7.0, "matte": 430.4})
THEIRS = Row("1MP", "rembg", 2.0, 1.9, 2.1, 2000.0, 800_000, 5, 0.0021)


def cells(table: str, line: int) -> list[str]:
    """One line of a Markdown table, taken apart."""
    return [cell.strip() for cell in table.splitlines()[line].strip("|").split("|")]


def test_a_peer_s_time_is_shown_as_a_multiple_of_ours() -> None:
    """The ratio is theirs over ours on the same photo, and our own row has none."""
    table = speed_table([OURS, THEIRS])

    assert ["1MP", "clearcut", "0.50", "0.40 - 0.60", "", "400", "0.90", ""] == cells(table, 2)
    assert ["1MP", "rembg", "2.00", "1.90 - 2.10", "4.0x", "2000", "0.80", "0.0021"] == cells(table, 3)


def test_stages_are_shown_only_for_systems_that_tell_them() -> None:
    """A system without Server-Timing has no line among the stages."""
    table = stage_table([OURS, THEIRS])

    assert 3 == len(table.splitlines())
    assert ["1MP", "clearcut", "7", "430", "500"] == cells(table, 2)


def test_without_any_stages_there_is_no_stage_table() -> None:
    """An empty table would be noise."""
    assert "" == stage_table([THEIRS])


def test_the_report_states_the_fewest_runs_behind_a_figure() -> None:
    """A reader must be able to tell a look from a measurement."""
    once = replace(THEIRS, runs=1)

    assert "a machine; 5 runs each" in report([OURS, THEIRS], "a machine")
    assert "; 5 runs (rembg at 1MP 1) each" in report([OURS, once], "a machine")


def test_a_page_keeps_everything_outside_its_markers(tmp_path: Path) -> None:
    """Only what stands between the markers is replaced, however often."""
    page = tmp_path / "README.md"
    page.write_text("above\n<!-- bench:speed -->old<!-- /bench:speed -->\nbelow\n")

    write_report(page, [OURS, THEIRS], "a machine")
    write_report(page, [OURS, THEIRS], "a machine")

    text = page.read_text()
    assert text.startswith("above\n<!-- bench:speed -->\n\n")
    assert text.endswith("\n\n<!-- /bench:speed -->\nbelow\n")
    assert "old" not in text
    assert 1 == text.count(speed_table([OURS, THEIRS]))


@pytest.mark.parametrize(
    "text", ["none", "<!-- bench:speed -->", "<!-- /bench:speed --><!-- bench:speed -->"]
)
def test_a_page_without_both_markers_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    """A lost marker must not silently drop the figures or the page."""
    page = tmp_path / "README.md"
    page.write_text(text)

    with pytest.raises(MarkersMissingError, match="bench:speed"):
        write_report(page, [OURS], "a machine")

    assert text == page.read_text()
