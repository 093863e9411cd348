"""One server for all hostile tests: it must survive every one of them."""

from collections.abc import Iterator

import pytest

from tests.hostile.service import Service, running_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The running server."""
    with running_service(tmp_path_factory.mktemp("hostile")) as running:
        yield running
