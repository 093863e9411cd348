"""One strict reading of addresses."""

import pytest

from handler.domain.errors import ImageUrlFailedError, ImageUrlForbiddenError, ImageUrlInvalidError
from handler.fetch.target import follow, read_exemptions, read_target
from tests.forbidden import INVALID_URLS


@pytest.mark.parametrize("url", INVALID_URLS)
def test_an_address_that_readers_would_read_differently_is_refused(url: str) -> None:
    """Nothing is mended, so that nothing is mended in two ways."""
    with pytest.raises(ImageUrlInvalidError) as caught:
        read_target(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "scheme", "authority", "port", "path"),
    [
        ("http://example.com", "http", "example.com", 80, "/"),
        ("HTTPS://Example.COM/A.png", "https", "example.com", 443, "/A.png"),
        ("https://example.com:443/a?b=c#d", "https", "example.com", 443, "/a?b=c"),
        ("http://example.com:443/", "http", "example.com:443", 443, "/"),
        ("http://example.com?a=/../b", "http", "example.com", 80, "/?a=/../b"),
        ("http://example.com#a", "http", "example.com", 80, "/"),
        ("http://a_b.s3.example.com/%20?X-Sig=a%2Fb", "http", "a_b.s3.example.com", 80, "/%20?X-Sig=a%2Fb"),
        ("http://xn--bcher-kva.example/b\u00fcch.jpg", "http", "xn--bcher-kva.example", 80, "/b%C3%BCch.jpg"),
        ("http://example.com/user@host", "http", "example.com", 80, "/user@host"),
        ('http://example.com/"<a>|b"', "http", "example.com", 80, "/%22%3Ca%3E%7Cb%22"),
        ("http://1.1.1.1/", "http", "1.1.1.1", 80, "/"),
        ("http://[2606:4700:4700:0::1111]:81/", "http", "[2606:4700:4700::1111]:81", 81, "/"),
        ("http://1password.4chan.example/", "http", "1password.4chan.example", 80, "/"),
    ],
)
def test_a_plain_address_is_read_to_its_parts(
    url: str, scheme: str, authority: str, port: int, path: str
) -> None:
    """Names in lower case, paths as they are, fragments kept at home."""
    target = read_target(url)

    assert (scheme, authority, port, path) == (target.scheme, target.authority, target.port, target.path)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b.png", "https://example.com/b.png"),
        ("b.png", "https://example.com/a/b.png"),
        ("?c", "https://example.com/a/x.png?c"),
        ("//other.example/b", "https://other.example/b"),
        ("https://other.example/b#c", "https://other.example/b"),
        ("/with space", "https://example.com/with%20space"),
        ("/b\u00c3\u00bc.png", "https://example.com/b%C3%BC.png"),
    ],
)
def test_a_redirect_may_be_relative_and_badly_encoded(location: str, expected: str) -> None:
    """Headers are bytes, and servers send addresses in them as they please."""
    target = follow(read_target("https://example.com/a/x.png?y"), location)

    assert expected == f"{target.scheme}://{target.authority}{target.path}"


def test_a_redirect_never_leaves_https() -> None:
    """What was asked for in private is not carried on in the open."""
    with pytest.raises(ImageUrlForbiddenError, match="https to http"):
        follow(read_target("https://example.com/"), "http://example.com/")


def test_a_redirect_to_nowhere_has_failed() -> None:
    """A status without a Location."""
    with pytest.raises(ImageUrlFailedError):
        follow(read_target("https://example.com/"), "")


@pytest.mark.parametrize(
    ("text", "url", "covered"),
    [
        ("files.example", "http://files.example/", True),
        ("files.example", "https://files.example/", True),
        ("files.example", "http://files.example:8080/", False),
        ("files.example", "http://a.files.example/", False),
        ("FILES.example:8080", "http://files.example:8080/", True),
        ("files.example:8080", "http://files.example/", False),
        ("a, 127.0.0.1:9 ,[::1]:7", "http://127.0.0.1:9/", True),
        ("a,127.0.0.1:9,[::1]:7", "http://[0::1]:7/", True),
        ("", "http://127.0.0.1/", False),
    ],
)
def test_an_exemption_is_for_one_host_and_its_ports(text: str, url: str, covered: bool) -> None:  # noqa: FBT001 - a column
    """Without a port it means the two usual ones."""
    target = read_target(url)

    assert covered == any(exemption.covers(target) for exemption in read_exemptions(text))


@pytest.mark.parametrize("text", ["http://a/", "*.example.com", "a b", "a:", "10.0.0.0/8", "user@a"])
def test_an_exemption_that_cannot_be_read_is_refused(text: str) -> None:
    """A slip in a setting must not pass for a host that never matches."""
    with pytest.raises(ValueError, match="host:port"):
        read_exemptions(text)
