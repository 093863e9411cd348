"""Where a download goes, and where it never does."""

from collections.abc import Sequence

import pytest

from handler.domain.errors import (
    CallerError,
    DeadlineExceededError,
    HostUnresolvedError,
    ImageUrlFailedError,
    ImageUrlForbiddenError,
    ImageUrlInvalidError,
    TooManyRedirectsError,
)
from handler.domain.limits import Deadline
from handler.fetch.download import FetchRule, WebImages
from handler.fetch.network import Network
from handler.fetch.target import read_exemptions
from handler.pipeline.decode.sniff import format_of
from tests.forbidden import ADDRESSES, FORBIDDEN_URLS, INVALID_URLS
from tests.images import encoded, gradient
from tests.origins import PUBLIC, Internet, Origin, answer, redirect

PICTURE = encoded(gradient())
REDIRECTS = (301, 302, 303, 307, 308)
KNOWN = {"example.com": ((PUBLIC,),), "other.example": ((PUBLIC,),)}


def fetch(url: str, network: Network, rule: FetchRule | None = None) -> bytes:
    """Download with plenty of room."""
    return WebImages(format_of, rule, network).fetch(url, 1_000_000, Deadline.after(20))


def test_a_picture_is_brought_byte_for_byte(origin: Origin) -> None:
    """Asked for once, under its own host's name, without anything of the house's."""
    origin.pages["/a.png?b"] = answer(PICTURE, "Content-Type: text/plain")
    internet = Internet(origin.port, KNOWN)

    assert fetch("http://example.com/a.png?b#c", internet.network) == PICTURE
    assert [(PUBLIC, 80)] == internet.connected
    (head,) = origin.heads
    lines = head.split("\r\n")
    assert lines[:2] == ["GET /a.png?b HTTP/1.1", "Host: example.com"]
    assert {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"} == {
        line.partition(":")[0] for line in lines[1:] if line
    }
    assert "Accept-Encoding: identity" in lines


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_what_is_not_public_is_never_connected_to(origin: Origin, url: str) -> None:
    """Asked for by a caller: refused, with no connection anywhere."""
    internet = Internet(origin.port)

    with pytest.raises(ImageUrlForbiddenError):
        fetch(url, internet.network)
    assert internet.connected == []


@pytest.mark.parametrize(
    "name", ["localhost", "a.localhost", "metadata", "metadata.google.internal", "printer.local", "a.b.onion"]
)
def test_a_name_that_only_private_networks_know_is_not_looked_up(origin: Origin, name: str) -> None:
    """Even where it would be public: nobody learns which such names there are."""
    internet = Internet(origin.port, {name: ((PUBLIC,),)})

    with pytest.raises(ImageUrlForbiddenError):
        fetch(f"http://{name}/", internet.network)
    assert (internet.asked, internet.connected) == ([], [])


@pytest.mark.parametrize("url", INVALID_URLS)
def test_what_is_spelled_oddly_is_not_even_looked_up(origin: Origin, url: str) -> None:
    """Refused by its form alone."""
    internet = Internet(origin.port)

    with pytest.raises(ImageUrlInvalidError):
        fetch(url, internet.network)
    assert (internet.asked, internet.connected) == ([], [])


@pytest.mark.parametrize(
    ("url", "status"),
    [(url, REDIRECTS[n % 5]) for n, url in enumerate((*FORBIDDEN_URLS, *INVALID_URLS)) if len(url) < 4000],
)
def test_a_redirect_is_checked_like_an_address(origin: Origin, url: str, status: int) -> None:
    """A public server sends us somewhere: not one connection goes where it must not."""
    location = url.encode("utf-8").decode("latin-1").replace("\r", "%0d").replace("\n", "%0a")
    origin.pages["/start"] = redirect(location, status)
    origin.pages["/"] = answer(PICTURE)
    internet = Internet(origin.port, KNOWN)

    with pytest.raises(CallerError) as caught:
        fetch("http://example.com/start", internet.network)
    assert caught.value.code in {"image_url_forbidden", "image_url_failed"}
    assert {(PUBLIC, 80)} == set(internet.connected)


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address])
def test_one_private_answer_among_public_ones_refuses_the_host(origin: Origin, address: str) -> None:
    """Which of them a connection takes is not left to chance."""
    internet = Internet(origin.port, {"example.com": ((PUBLIC, address, "2606:4700::1"),)})

    with pytest.raises(ImageUrlForbiddenError):
        fetch("https://example.com/", internet.network)
    assert internet.connected == []


def test_a_resolver_that_changes_its_mind_is_asked_once(origin: Origin) -> None:
    """The address that was checked is the one that is connected to."""
    origin.pages["/"] = answer(PICTURE)
    internet = Internet(origin.port, {"example.com": ((PUBLIC,), ("169.254.169.254",))})

    assert fetch("http://example.com/", internet.network) == PICTURE
    assert (["example.com"], [(PUBLIC, 80)]) == (internet.asked, internet.connected)


def test_a_redirect_to_the_same_host_is_resolved_and_checked_again(origin: Origin) -> None:
    """A second look-up may not undo the first check."""
    origin.pages["/"] = redirect("/again")
    origin.pages["/again"] = answer(PICTURE)
    internet = Internet(origin.port, {"example.com": ((PUBLIC,), ("169.254.169.254",))})

    with pytest.raises(ImageUrlForbiddenError):
        fetch("http://example.com/", internet.network)
    assert [(PUBLIC, 80)] == internet.connected


@pytest.mark.parametrize("status", REDIRECTS)
def test_three_redirects_are_followed(origin: Origin, status: int) -> None:
    """To another host, relative, and back."""
    origin.pages["/"] = redirect("http://other.example/b", status)
    origin.pages["/b"] = redirect("c?d", status)
    origin.pages["/c?d"] = redirect("//example.com/e", status)
    origin.pages["/e"] = answer(PICTURE)
    internet = Internet(origin.port, KNOWN)

    assert fetch("http://example.com/", internet.network) == PICTURE
    assert ["example.com", "other.example", "other.example", "example.com"] == internet.asked


@pytest.mark.parametrize("first", ["/", "/one"])
def test_redirects_without_end_are_given_up(origin: Origin, first: str) -> None:
    """To itself, or in a ring: four requests and no more."""
    origin.pages |= {"/": redirect("/"), "/one": redirect("/two"), "/two": redirect("/one")}

    with pytest.raises(TooManyRedirectsError, match="more than 3"):
        fetch(f"http://example.com{first}", Internet(origin.port, KNOWN).network)
    assert len(origin.heads) == 4


def test_an_exempt_host_may_be_private_and_nothing_else(origin: Origin) -> None:
    """One host and port; a redirect from there to another private place is refused."""
    origin.pages["/"] = answer(PICTURE)
    origin.pages["/away"] = redirect(f"http://localhost:{origin.port}/")
    rule = FetchRule(read_exemptions(f"127.0.0.1:{origin.port}"))

    assert fetch(origin.url(), Network(), rule) == PICTURE
    with pytest.raises(ImageUrlForbiddenError):
        fetch(origin.url("/away"), Network(), rule)
    with pytest.raises(ImageUrlForbiddenError):
        fetch(f"http://127.0.0.1:{origin.port + 1}/", Network(), rule)
    assert len(origin.heads) == 2


def test_an_exempt_name_is_resolved_by_the_system(origin: Origin) -> None:
    """`localhost` is known everywhere."""
    origin.pages["/"] = answer(PICTURE)
    rule = FetchRule(read_exemptions(f"localhost:{origin.port}"))

    assert fetch(f"http://localhost:{origin.port}/", Network(), rule) == PICTURE


def test_proxies_of_the_environment_are_not_used(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy inside the house could reach everything in it."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, origin.url())
    origin.pages["/"] = answer(PICTURE)
    internet = Internet(origin.port, KNOWN)

    assert fetch("http://example.com/", internet.network) == PICTURE
    assert [(PUBLIC, 80)] == internet.connected
    assert origin.heads[0].startswith("GET / ")


def test_the_next_address_is_tried_where_one_does_not_answer(origin: Origin) -> None:
    """A host may have addresses of both kinds, and this machine only one of them."""
    origin.pages["/"] = answer(PICTURE)
    internet = Internet(origin.port, {"example.com": (("2606:4700::1", PUBLIC),)})
    network = internet.network
    tried: list[str] = []

    def connect(address: str, port: int, timeout_seconds: float) -> object:
        tried.append(address)
        if ":" in address:
            raise OSError("no route")
        return network.connect(address, port, timeout_seconds)

    assert fetch("http://example.com/", Network(network.look_up, connect)) == PICTURE  # type: ignore[arg-type]
    assert ["2606:4700::1", PUBLIC] == tried


def test_a_host_with_many_dead_addresses_is_given_up() -> None:
    """An answer of a thousand addresses does not make a thousand attempts."""
    tried: list[str] = []

    def refuse(address: str, port: int, timeout_seconds: float) -> object:
        tried.append(address)
        raise ConnectionRefusedError

    with pytest.raises(ImageUrlFailedError):
        fetch("http://example.com/", Network(lambda *_: [f"1.1.{n}.1" for n in range(200)], refuse))  # type: ignore[arg-type]
    assert len(tried) == 4


@pytest.mark.parametrize("found", [(), OSError("no such name")])
def test_a_name_that_nobody_knows_has_failed(found: Sequence[str] | OSError) -> None:
    """No answer, and an answer without addresses."""

    def look_up(host: str, port: int) -> Sequence[str]:
        if isinstance(found, OSError):
            raise found
        return found

    with pytest.raises(HostUnresolvedError):
        fetch("http://example.com/", Network(look_up))


def test_a_resolver_that_hangs_is_not_waited_for(origin: Origin) -> None:
    """The system's own takes half a minute."""

    def look_up(host: str, port: int) -> Sequence[str]:
        origin.stopping.wait(10)
        return (PUBLIC,)

    with pytest.raises(ImageUrlFailedError, match=r"longer than 0\.1 seconds"):
        fetch("http://example.com/", Network(look_up), FetchRule(total_seconds=0.1))


def test_a_request_whose_own_time_is_up_says_so(origin: Origin) -> None:
    """The caller's server is not to blame for it."""
    origin.pages["/"] = origin.drip(b"", start=b"HTTP/1.1 200 OK\r\n")
    images = WebImages(format_of, None, Internet(origin.port, KNOWN).network)

    with pytest.raises(DeadlineExceededError):
        images.fetch("http://example.com/", 1000, Deadline.after(0.2))
    with pytest.raises(DeadlineExceededError):
        images.fetch("http://example.com/", 1000, Deadline.after(-1))
