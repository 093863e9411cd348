"""Writes docs/api.md from the tables that the service reads its parameters with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handler.dialects.native import NATIVE
from handler.dialects.native.described_headers import PICTURE
from handler.dialects.native.errors import ERRORS
from handler.dialects.native.openapi import SCENE_SCHEMAS, SOURCE_SCHEMAS
from handler.dialects.native.table import BACK, CUT, FILE, REQUEST, SHAPE
from handler.dialects.reading.parameter import Parameter, Table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
START = """# The native API

`POST /v1/remove` with a picture answers the finished picture. This page is made by `python -m tools.api_page`
from the tables that the service itself reads; `/openapi.json` says the same to machines.

The key travels as `x-api-key` or `Authorization: Bearer`. The body is `multipart/form-data`,
`application/x-www-form-urlencoded`, `application/json`, or the picture itself with the parameters in the
address. An `Idempotency-Key` makes a repeat safe. Unknown parameters, and those that would have no effect
together, are refused by name. Booleans are `true` and `false`. Lengths are `30px`, `30` or `10%`; lists of
them are parted by spaces or commas.

```sh
curl -f "$URL/v1/remove" -H "x-api-key: $KEY" -o square.png \\
  -F image_file=@photo.jpg -F crop=1:1 -F crop_margin=10%
curl -f "$URL/v1/remove" -H "x-api-key: $KEY" -o portrait.jpg \\
  -F image_file=@photo.jpg -F bg_blur=40 -F format=jpg
curl -f "$URL/v1/remove" -H "x-api-key: $KEY" -o shop.zip -F image_file=@photo.jpg \\
  -F 'variants=[{"name": "cutout"}, {"name": "tile", "crop": "1:1", "bg_color": "white", "width": 600}]'
```

The order of work is always: upright, `roi`, matte, `alpha`, edge, `crop` and margin, `scale` and `position`,
`size` or `width` and `height`, shadow, background, file.
"""
CHAPTERS: tuple[tuple[str, Table], ...] = (
    ("The matte", CUT),
    ("Shape", SHAPE),
    ("Background", BACK),
    ("File", FILE),
    ("Answer", REQUEST),
)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    print(PAGE)


def page() -> str:
    """The whole page."""
    parts = [START, "## The picture\n\nExactly one of these.\n\n" + _schemas(SOURCE_SCHEMAS)]
    for title, table in CHAPTERS:
        text = _parameters(table)
        if table is BACK:
            text += "\nA background picture, in the place of any other background:\n\n" + _schemas(
                SCENE_SCHEMAS
            )
        parts.append(f"## {title}\n\n{text}")
    parts += ["## Every route\n\n" + _routes()]
    parts += ["## Headers of a picture\n\n" + _headers(), "## Errors\n\n" + _errors()]
    return "\n".join(parts)


def _parameters(table: Table) -> str:
    rows = [
        _row(_names(parameter), _values(parameter.schema), _default(parameter), parameter.description)
        for parameter in table
    ]
    return _table(("parameter", "values", "default", "meaning"), rows)


def _names(parameter: Parameter[Any]) -> str:
    others = "".join(f" (or `{alias}`)" for alias in parameter.aliases)
    return f"`{parameter.name}`{others}"


def _values(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "examples" in schema:
        return "such as " + ", ".join(f"`{value}`" for value in schema["examples"])
    if schema["type"] == "boolean":
        return "`true`, `false`"
    most = f" to {schema['maximum']}" if "maximum" in schema else " and more"
    return f"{schema['minimum']}{most}"


def _default(parameter: Parameter[Any]) -> str:
    default = parameter.schema.get("default")
    return "" if default is None else f"`{str(default).lower()}`"


def _schemas(schemas: Mapping[str, Any]) -> str:
    return _table(
        ("field", "meaning"), [_row(f"`{name}`", one["description"]) for name, one in schemas.items()]
    )


def _routes() -> str:
    rows = [_row(route.method, f"`{route.path}`", route.operation["summary"]) for route in NATIVE.routes]
    return _table(("method", "path", "what it does"), rows)


def _headers() -> str:
    return _table(
        ("header", "meaning"), [_row(f"`{name}`", one["description"]) for name, one in PICTURE.items()]
    )


def _errors() -> str:
    told = "Errors are `{code, message, details, request_id}` and cost nothing.\n\n"
    codes = sorted({(status, code) for status, code in ERRORS.values()})
    return told + _table(("status", "code"), [_row(str(status), f"`{code}`") for status, code in codes])


def _table(head: tuple[str, ...], rows: list[str]) -> str:
    return "\n".join([_row(*head), _row(*("---" for _ in head)), *rows]) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    main()
