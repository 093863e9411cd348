"""What the tests of downloads share."""

from collections.abc import Iterator

import pytest

from tests.origins import Origin, open_origin


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server without pages yet."""
    with open_origin() as origin:
        yield origin
