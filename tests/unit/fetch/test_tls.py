"""Certificates are checked for the host that was asked for, by authorities made here."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handler.domain.errors import ImageUrlFailedError, ImageUrlForbiddenError
from handler.domain.limits import Deadline
from handler.fetch.download import FetchRule, WebImages
from handler.fetch.network import Network, trusted_tls
from handler.pipeline.decode.sniff import format_of
from tests.authorities import Authority
from tests.images import encoded, gradient
from tests.origins import PUBLIC, Internet, Origin, answer, open_origin, redirect

PICTURE = encoded(gradient())
PUBLIC_IPV6 = "2606:4700::1"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """One for all tests: keys take time."""
    return Authority()


@contextmanager
def tls_origin(context: ssl.SSLContext) -> Iterator[Origin]:
    """A server with the picture, over TLS."""
    with open_origin({"/": answer(PICTURE)}, context) as origin:
        yield origin


def fetch(url: str, network: Network) -> bytes:
    """Download with plenty of room."""
    return WebImages(format_of, None, network).fetch(url, 100_000, Deadline.after(20))


@pytest.mark.parametrize(
    ("name", "url", "port", "sni"),
    [
        ("example.com", "https://example.com/", 443, "example.com"),
        ("*.example.com", "https://Images.example.com/", 443, "images.example.com"),
        ("example.com", "https://example.com:80/", 80, "example.com"),
        (PUBLIC, f"https://{PUBLIC}/", 443, None),
        (PUBLIC_IPV6, f"https://[{PUBLIC_IPV6}]/", 443, None),
    ],
)
def test_the_name_that_was_asked_for_is_told_and_checked(
    authority: Authority, tmp_path: Path, name: str, url: str, port: int, sni: str | None
) -> None:
    """The connection goes to the checked address, the certificate is for the name."""
    told: list[str | None] = []
    context = authority.serving(name, tmp_path)
    context.sni_callback = lambda _stream, server_name, _context: told.append(server_name)
    names = {"example.com": ((PUBLIC,),), "images.example.com": ((PUBLIC,),)}
    with tls_origin(context) as origin:
        internet = Internet(origin.port, names, authority.trusting())

        assert fetch(url, internet.network) == PICTURE
    assert [(PUBLIC_IPV6 if "[" in url else PUBLIC, port)] == internet.connected
    assert [sni] == told


def test_a_certificate_for_another_host_is_refused(authority: Authority, tmp_path: Path) -> None:
    """A valid one, of the same authority; no request is sent."""
    with tls_origin(authority.serving("other.example", tmp_path)) as origin:
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, authority.trusting())

        with pytest.raises(ImageUrlFailedError, match="certificate"):
            fetch("https://example.com/", internet.network)
        assert origin.heads == []


def test_a_certificate_past_its_time_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Right host, right authority, last year."""
    with tls_origin(authority.serving("example.com", tmp_path, age_days=400)) as origin:
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, authority.trusting())

        with pytest.raises(ImageUrlFailedError, match="certificate"):
            fetch("https://example.com/", internet.network)


def test_a_certificate_of_an_unknown_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    """By the system's own trust, which production uses."""
    with tls_origin(authority.serving("example.com", tmp_path)) as origin:
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, trusted_tls())

        with pytest.raises(ImageUrlFailedError, match="certificate"):
            fetch("https://example.com/", internet.network)
        assert origin.heads == []


def test_a_server_without_tls_has_failed(authority: Authority) -> None:
    """Nothing is sent in the open in its place."""
    with open_origin({"/": answer(PICTURE)}) as origin:
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, authority.trusting())
        images = WebImages(format_of, FetchRule(total_seconds=0.5), internet.network)

        with pytest.raises(ImageUrlFailedError):
            images.fetch("https://example.com/", 1000, Deadline.after(20))


def test_a_redirect_from_https_to_http_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Before anything is looked up or connected to."""
    with tls_origin(authority.serving("example.com", tmp_path)) as origin:
        origin.pages["/"] = redirect("http://example.com/plain")
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, authority.trusting())

        with pytest.raises(ImageUrlForbiddenError, match="https to http"):
            fetch("https://example.com/", internet.network)
    assert [(PUBLIC, 443)] == internet.connected


def test_a_body_that_drips_over_tls_is_left_when_the_time_is_up(authority: Authority, tmp_path: Path) -> None:
    """As without it."""
    with tls_origin(authority.serving("example.com", tmp_path)) as origin:
        origin.pages["/"] = origin.drip(b"x", start=b"HTTP/1.1 200 OK\r\n\r\n")
        internet = Internet(origin.port, {"example.com": ((PUBLIC,),)}, authority.trusting())
        images = WebImages(format_of, FetchRule(total_seconds=0.5), internet.network)

        with pytest.raises(ImageUrlFailedError, match="longer than"):
            images.fetch("https://example.com/", 100_000, Deadline.after(20))
