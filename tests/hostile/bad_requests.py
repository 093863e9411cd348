"""Requests whose address, method, key or framing is the attack."""

from collections.abc import Mapping

from tests.hostile.pictures import plain
from tests.hostile.probes import INVALID, MULTIPART, Message, Probe, file_part, form, named

NOT_ALLOWED = frozenset({"method_not_allowed"})
UNKNOWN_KEY = frozenset({"authentication_error"})
NOTHING_THERE = frozenset({"not_found"})


def _photo(
    *,
    method: str = "POST",
    target: str = "/v1/remove",
    headers: tuple[tuple[str, str], ...] = (),
    authorised: bool = True,
) -> Message:
    body = form(file_part(plain("JPEG")))
    return Message(body, method=method, target=target, headers=headers, authorised=authorised)


def _method(method: str, target: str = "/v1/remove") -> Probe:
    def make() -> Message:
        return _photo(method=method, target=target)

    return Probe(f"{method} {target}", make, NOT_ALLOWED, frozenset({405}))


def _address(target: str) -> Probe:
    return Probe(f"nothing at {target[:40]}", lambda: _photo(target=target), NOTHING_THERE, frozenset({404}))


def _key(name: str, *headers: tuple[str, str]) -> Probe:
    def make() -> Message:
        return _photo(headers=headers, authorised=False)

    return Probe(name, make, UNKNOWN_KEY, frozenset({401}))


def _header(name: str, header: str, value: str) -> Probe:
    return Probe(name, lambda: _photo(headers=((header, value),)), INVALID)


METHODS = [
    *(_method(method) for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE", "BREW")),
    *(_method(method, "/v1/me") for method in ("POST", "PUT", "DELETE")),
    _method("POST", "/health"),
]

ADDRESSES = [
    _address(target)
    for target in (
        "/",
        "/v1",
        "/v1/",
        "/v1/removal",
        "/v1/remove/x",
        "/V1/REMOVE",
        "//v1/remove",
        "/v1//remove",
        "/v1/../v1/remove",
        "/..%2f..%2fetc/passwd",
        "/v1/remove%00",
        "/v1/remove%0d%0aX-A:%20b",
        "/%ff%fe",
        "/%ed%a0%80",
        "/" + "a" * 20_000,
    )
]

KEYS = [
    _key("no key"),
    _key("an empty key", ("x-api-key", "")),
    _key("a key of spaces", ("x-api-key", "   ")),
    _key("a key that was never made", ("x-api-key", "ck_live_" + "A" * 40)),
    _key("a key of 20,000 signs", ("x-api-key", "k" * 20_000)),
    _key("a key beyond ASCII", ("x-api-key", "ck_t\xe9st")),
    _key("a key that asks the database", ("x-api-key", "' OR '1'='1' --")),
    _key("a scheme without a key", ("Authorization", "Bearer")),
    _key("a scheme that is not taken", ("Authorization", "Basic YTpi")),
    _key("a wrong key beside another wrong key", ("x-api-key", "a"), ("Authorization", "Bearer b")),
]

HEADERS = [
    _header("an empty idempotency key", "Idempotency-Key", ""),
    _header("an idempotency key of 10,000 signs", "Idempotency-Key", "i" * 10_000),
]

PROBES = named([*METHODS, *ADDRESSES, *KEYS, *HEADERS])


def _request(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join(["POST /v1/remove HTTP/1.1", "Host: a", *lines, "", ""]).encode("latin-1") + body


# Below HTTP there is no request to answer in any form: the server may answer 4xx or hang up.
WIRE: Mapping[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "half a request line": b"POST /v1/rem",
    "a request line of a megabyte": b"POST /" + b"a" * 2**20 + b" HTTP/1.1\r\n\r\n",
    "an old version": b"GET /health HTTP/0.9\r\n\r\n",
    "a version to come": b"GET /health HTTP/9.9\r\nHost: a\r\n\r\n",
    "no host": b"GET /v1/me HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a null in a header": _request("X-A: a\0b", "Content-Length: 0"),
    "a folded header": _request("X-A: a", " b", "Content-Length: 0"),
    "a header without a colon": _request("X-A", "Content-Length: 0"),
    "a header of a megabyte": _request("X-A: " + "a" * 2**20),
    "ten thousand headers": _request(*["X-A: a"] * 10_000),
    "a negative length": _request("Content-Length: -1"),
    "a length that is no number": _request("Content-Length: ten"),
    "a length beyond all": _request("Content-Length: " + "9" * 40),
    "two lengths": _request("Content-Length: 5", "Content-Length: 6", body=b"hello!"),
    "a length and chunks": _request("Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunks of no number": _request("Transfer-Encoding: chunked", body=b"zz\r\nhello\r\n0\r\n\r\n"),
    "a chunk beyond all": _request("Transfer-Encoding: chunked", body=b"f" * 40 + b"\r\n"),
    "an unknown transfer encoding": _request("Transfer-Encoding: brotli"),
    "a body that never comes": _request(
        "Content-Length: 1000", f"Content-Type: {MULTIPART}", body=b"--frontier"
    ),
    "an upgrade": _request("Connection: upgrade", "Upgrade: h2c", "Content-Length: 0"),
}
