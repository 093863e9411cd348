"""Addresses under `/files/`, asked for by whoever likes."""

import http.client
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.fakes import FakeModel
from tests.serving import served

NAMES = [
    "../accounts.sqlite3",
    "../../accounts.sqlite3",
    "..%2faccounts.sqlite3",
    "%2e%2e/accounts.sqlite3",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "uploads/../../secret",
    "uploads/%2e%2e/%2e%2e/secret",
    "..%5c..%5csecret",
    "/etc/passwd",
    "//etc/passwd",
    "uploads/%00",
    "uploads/%ff",
    "",
]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, which takes small pictures only."""
    return build(Settings(home=tmp_path, max_bytes=1000), model=FakeModel())


@pytest.fixture
def port(service: Service) -> Iterator[int]:
    """Where it listens."""
    with served(service) as port:
        yield port


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_no_name_leads_out_of_the_store(port: int, method: str, name: str) -> None:
    """However it is written, and without a signature none is even looked for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n'
    connection.request(
        method,
        f"/files/{name}?signature=x&expires=99999999999",
        body if method == "POST" else None,
        {"Content-Type": "multipart/form-data; boundary=b"},
    )
    status = connection.getresponse().status
    connection.close()

    assert status in {403, 404}


def test_a_signed_name_that_is_none_is_a_defect_and_not_a_way_out(service: Service) -> None:
    """The store would not sign one, so nobody has such an address."""
    with pytest.raises(ValueError, match="no object name"):
        service.books.stores.objects.link("uploads/../../secret", 60, "x", "text/plain")


def test_a_body_beyond_the_services_bound_is_refused(client: TestClient, service: Service) -> None:
    """Whatever a form says of itself."""
    form = service.books.stores.objects.form("uploads/org_a/1", 5000, "image/png", 60)
    answer = client.post(form.url, data=dict(form.fields), files={"file": b"x" * 1001})

    assert (400, "image_too_large") == (answer.status_code, answer.json()["code"])
    assert service.books.stores.objects.size("uploads/org_a/1") is None


@pytest.mark.parametrize(
    "files", [[], [("file", b"a"), ("file", b"b")], [("other", b"a")]], ids=["none", "two", "misnamed"]
)
def test_a_form_has_one_file(client: TestClient, service: Service, files: list[tuple[str, bytes]]) -> None:
    """Under the name that S3 has for it."""
    form = service.books.stores.objects.form("uploads/org_a/1", 5, "image/png", 60)
    answer = client.post(form.url, data=dict(form.fields), files=[*files, ("note", b"x")])

    assert (400, "file") == (answer.status_code, answer.json()["details"]["field"])


def test_addresses_begin_with_what_the_owner_says(tmp_path: Path) -> None:
    """Whatever the caller says that the host is; and no signature comes into the log."""
    settings = Settings(home=tmp_path, public_url="https://cut.example/base/")
    objects = build(settings, FakeModel()).books.stores.objects

    assert objects.link("results/1", 60, "x", "image/png").startswith(
        "https://cut.example/base/files/results/1?"
    )


def test_no_signature_comes_into_the_log(
    client: TestClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """A log is read by more people than an address is meant for."""
    caplog.set_level(logging.DEBUG, "handler")
    service.books.stores.objects.put("results/1", b"x", "image/png")
    link = service.books.stores.objects.link("results/1", 60, "x", "image/png")
    signature = link.rpartition("signature=")[2]

    assert [200, 403] == [
        client.get(each).status_code for each in (link, link.replace("filename=x", "filename=y"))
    ]
    assert not any(signature in str(vars(record)) for record in caplog.records if record.name != "httpx2")
