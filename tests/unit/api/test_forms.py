"""Bodies that are unfolded only where they hold little."""

import json

import pytest

from handler.api.forms import MAX_JSON_MARKS, read_json
from handler.dialects.reading.nested import MAX_NESTED
from handler.domain.errors import MalformedBodyError


def test_a_json_body_holds_a_bounded_number_of_values() -> None:
    """Each one, however short, becomes an object many times its size."""
    most = dict.fromkeys(map(str, range(MAX_JSON_MARKS)), "x")

    assert MAX_JSON_MARKS == len(read_json(json.dumps(most).encode()))
    with pytest.raises(MalformedBodyError, match="too many"):
        read_json(json.dumps({**most, "one": "more"}).encode())


def test_a_json_body_is_nested_to_a_bound() -> None:
    """Lists and objects count alike."""
    deepest: list[object] = [{}] * (MAX_NESTED - 2)

    assert (("deep", json.dumps(deepest)),) == read_json(json.dumps({"deep": deepest}).encode())
    with pytest.raises(MalformedBodyError, match="too many"):
        read_json(json.dumps({"deep": [*deepest, []]}).encode())
