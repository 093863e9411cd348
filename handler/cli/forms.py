"""How amounts, spans and moments are written on a command line."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from handler.domain.errors import InvalidParameterError
from handler.domain.money import parse_credits
from handler.domain.rate import SECOND_US

_UNITS_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[smhd])")


class Credits(click.ParamType[int]):
    """An amount such as `12.5`, as thousandths."""

    name = "credits"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read an amount."""
        try:
            return parse_credits(value)
        except InvalidParameterError as error:
            self.fail(str(error), param, ctx)


class Span(click.ParamType[int]):
    """A span of time such as `24h`, as seconds."""

    name = "span"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a span; a default is in seconds already."""
        if isinstance(value, int):
            return value
        match = _SPAN.fullmatch(value)
        if match is None:
            self.fail(f"expected a span such as 90s, 30m, 24h or 7d, got {value}", param, ctx)
        return int(match["count"]) * _UNITS_SECONDS[match["unit"]]


def moment(at_us: int | None) -> str:
    """A moment in UTC, to the second."""
    if at_us is None:
        return "-"
    return datetime.fromtimestamp(at_us // SECOND_US, tz=UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell; those of numbers stand to the right."""
    cells = [heads, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    numeric = [bool(rows) and all(_is_number(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) is not None
