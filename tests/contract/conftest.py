"""Every test of this folder runs on every backend: SQLite, and DynamoDB on two independent servers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.backends import Backend, open_aws, open_local
from tests.ministack import running_ministack


@contextmanager
def running_moto(_: Path) -> Iterator[str]:
    """Run moto's server on a free port, and give its address."""
    # One request at a time: moto's tables are dictionaries without a lock, and break when it is threaded.
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@contextmanager
def no_server(_: Path) -> Iterator[str]:
    """SQLite needs none."""
    yield ""


SERVERS = {"sqlite": no_server, "moto": running_moto, "ministack": running_ministack}


@pytest.fixture(scope="session", params=list(SERVERS))
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server, or nothing for SQLite."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as address:
        yield address


@pytest.fixture
def backend(endpoint: str, tmp_path: Path) -> Backend:
    """A backend that holds nothing yet."""
    return open_aws(endpoint) if endpoint else open_local(tmp_path)
