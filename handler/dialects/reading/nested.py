"""Lists and objects that come as text."""

import json
from collections.abc import Callable
from typing import Any

# No list of a request needs as many; so few are never too deep to be read, or to be written out again.
MAX_NESTED = 200


def read_nested(text: str, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON of a text; a text that is not taken is a ValueError."""
    if text.count("[") + text.count("{") > MAX_NESTED:
        raise ValueError(MAX_NESTED)
    return json.loads(text, object_pairs_hook=pairs)
