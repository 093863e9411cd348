"""All that one run of the bench found out, and its file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.speed.load import Load
from bench.speed.measure import Row
from bench.speed.start import Beginning


@dataclass(frozen=True, slots=True)
class Findings:
    """
    One run.

    Attributes:
        own: our short ways: size=preview, quality=low, and a background for a picture that was sent before.
        left_out: systems that could not be measured, and why.
    """

    machine: str
    rows: list[Row] = field(default_factory=list)
    own: list[Row] = field(default_factory=list)
    beginnings: list[Beginning] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def write_findings(findings: Findings, path: Path) -> None:
    """Keep a run as JSON."""
    path.write_text(json.dumps(asdict(findings), indent=2) + "\n")


def read_findings(path: Path) -> Findings:
    """Give back a run that was kept."""
    kept = json.loads(path.read_text())
    return Findings(
        machine=kept["machine"],
        rows=[Row(**row) for row in kept["rows"]],
        own=[Row(**row) for row in kept["own"]],
        beginnings=[Beginning(**row) for row in kept["beginnings"]],
        loads=[Load(**row) for row in kept["loads"]],
        left_out=kept["left_out"],
    )
