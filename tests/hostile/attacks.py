"""What is done to an endpoint, whatever it is for: bad words, bad bodies, bad names, bad addresses."""

import itertools
import json
from collections.abc import Iterator

from tests.hostile.endpoints import FORM, JSON, SOME_ID, URLENCODED, Endpoint
from tests.hostile.pictures import plain
from tests.hostile.probes import Message, file_part, form, part

Named = tuple[str, Message]

# What readers of numbers, colours, lengths, addresses and JSON tend to slip on.
WORDS = (
    "",
    " ",
    "\0",
    "NaN",
    "-Infinity",
    "1e999",
    "-1",
    "0",
    "9" * 5000,
    "0x10",
    "١٢",  # digits to Python, and to nobody else here
    "1" + "0" * 11,
    "0%",
    "1e-9%",
    "1:99999",
    "0px 0px 0px 0px",
    "99999px 99999px 1px 1px",
    "rgba(999,0,0,-1)",
    "#\u1d7d8\u1d7d8",
    "true",
    "null",
    "null,null,null,null",
    "a\r\nX-Injected: yes",
    "../../../../etc/passwd",
    "%2e%2e%2f%00",
    "http://127.0.0.1:1/a.png",
    "http://[::ffff:169.254.169.254]/latest/meta-data",
    "http://a@b\\c#\u2100.example/",
    "http://[",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "'; DROP TABLE accounts; --",
    "{{7*7}}${7*7}<script>",
    "\U0001f4a9" * 300,
    "[" * 990,
    "{}",
    "[]",
    "[[]]",
    '[{"name": "a"}, {"name": "A"}]',
    '[{"name": "../a", "width": 1e999}]',
    '{"__proto__": {"a": [NaN]}, "edge": -1e308, "format": [[]], "width": {}}',
)
# Only JSON can say these.
VALUES: tuple[object, ...] = (
    0,
    -1,
    1e308,
    10**400,
    True,
    [],
    {},
    [[1]],
    {"a": None},
    "\ud800",
    [{"name": "\udfff", "variant_name": "\udfff", "image_url": "\udfff"}],
    [{"max_resolution": 10**300, "variant_name": {"a": [1]}}],
    [None],
    ["\ud800"],
    [{"image_url": None, "a": 1}],
)
DEPTHS = (100, 300, 500, 700, 800, 900, 920, 940, 950, 960, 970, 980, 985, 990, 995)
FILENAMES = (
    "",
    ".",
    "..",
    "/",
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "a\rb.png",
    'a"; filename="b.png',
    "a\0.png",
    "n" * 5000 + ".png",
    "\u202egnp.exe",
    "\U0001f4a9" * 100 + ".png",
    "%0d%0aX-Injected: yes.png",
    "a;b,c=d.png",
    "_mask.png",
    ".png",
)
PARTS = (
    "x",
    "%00",
    "%0d%0aX-Injected:%20yes",
    "..%2f..%2fetc%2fpasswd",
    "%ff%fe",
    "%ed%a0%80",
    "%F0%9F%92%A9",
    "a" * 8000,
    "00000000-0000-4000-8000-00000000000%D9%A1",
    "*",
    "{id}",
)
HEADERS = (
    ("Accept", "application/json"),
    ("Accept", "a" * 8000),
    ("If-None-Match", "*"),
    ("If-None-Match", '"' * 8000),
    ("If-None-Match", 'W/"\xff"'),
    ("Idempotency-Key", "\xff\xfe"),
    ("Idempotency-Key", "../../a"),
    ("Last-Event-ID", "9" * 5000),
    ("Last-Event-ID", "\xb2"),
    ("Range", "bytes=0-,0-,0-"),
    ("X-Forwarded-Host", "evil.example"),
    ("Expect", "100-continue"),
    ("Content-Encoding", "gzip"),
    ("User-Agent", "poofbg/\xff"),
    ("Origin", "null"),
)


def every(endpoint: Endpoint) -> Iterator[Named]:
    """All of it, in the same order each time."""
    if endpoint.method == "POST":
        yield from _words_in_bodies(endpoint)
        yield from _words_inside(endpoint)
        yield from _bodies(endpoint)
        yield from _files(endpoint)
    yield from _words_in_query(endpoint)
    yield from _addresses(endpoint)
    yield from _heads(endpoint)


def _words_in_bodies(endpoint: Endpoint) -> Iterator[Named]:
    """Each word once for each name, by turns in each form of body that takes the name."""
    for name in endpoint.names:
        forms = [media_type for media_type, names in endpoint.bodies.items() if name in names]
        for word, content_type in zip(WORDS, itertools.cycle(forms or [FORM]), strict=False):
            yield f"{name}={word[:20]!r} in {content_type}", endpoint.message(content_type, [(name, word)])
        if JSON in forms:
            for value in VALUES:
                body = json.dumps({name: value}).encode()
                yield f"{name}={str(value)[:20]!a} in JSON", _json(endpoint, body)
    for name in endpoint.bodies.get(JSON, ())[:1]:
        for depth in DEPTHS:
            body = b'{"%s": %s%s}' % (name.encode(), b"[" * depth, b"]" * depth)
            yield f"{name} of depth {depth}", _json(endpoint, body)


def _words_inside(endpoint: Endpoint) -> Iterator[Named]:
    """Each word for each name in an object, or in a list of them."""
    for field, names in endpoint.inner.items():
        for name in names:
            for value in (*WORDS, *VALUES):
                about = f"{name}={str(value)[:20]!a} in {field}"
                if JSON in endpoint.bodies:
                    rest = {"unique_filename": SOME_ID} if "unique_filename" in endpoint.names else {}
                    yield about, _json(endpoint, json.dumps({**rest, field: [{name: value}]}).encode())
                else:
                    yield about, endpoint.message(fields=[(field, json.dumps({name: value}))])


def _words_in_query(endpoint: Endpoint) -> Iterator[Named]:
    # Names that are known in the body may be read from the address too, or must not be.
    for name in dict.fromkeys((*endpoint.query, *endpoint.names)):
        for word in WORDS if name in endpoint.query else WORDS[::6]:
            yield f"{name}={word[:20]!r} in the address", endpoint.message(query=[(name, word)])
        yield f"{name} twice in the address", endpoint.message(query=[(name, "1"), (name, "2")])


def _bodies(endpoint: Endpoint) -> Iterator[Named]:
    """Bodies of each kind that are broken, empty, doubled or without end."""
    target, pictures = endpoint.target(), endpoint.pictures()
    for content_type in (
        FORM,
        JSON,
        URLENCODED,
        "image/png",
        "application/xml",
        "multipart/form-data; boundary=x",
    ):
        for body in (b"", b"{}", b"[]", b"null", b"\xff\xfe\0", b"--x\r\n\r\n", b"{" * 5000, b"&=&" * 500):
            yield f"{body[:12]!r} as {content_type}", Message(body, content_type, target=target)
    yield "10,000 variants", _json(endpoint, json.dumps({"variants": [{"name": "a"}] * 10_000}).encode())
    yield "900 rows", _json(endpoint, b'{"unique_filename": "a", "output_variants": [%s{}]}' % (b"{}," * 400))
    for name in endpoint.names:
        yield f"{name} twice", endpoint.message(fields=[(name, "1"), (name, "2")])
    doubled = form(*pictures * 2)
    yield "two pictures", Message(doubled, target=target)
    yield "51 pictures", Message(form(*pictures * 51), target=target)
    hostile = [("a\r\nX-Injected: yes", "1"), ("\u00e9\U0001f4a9", "1"), ("n" * 5000, "1"), ("", "1")]
    for name, text in hostile:
        yield f"a parameter called {name[:12]!a}", endpoint.message(URLENCODED, [(name, text)])
        yield f"a parameter called {name[:12]!a} in JSON", endpoint.message(JSON, [(name, text)])
        yield f"a parameter called {name[:12]!a} in the address", endpoint.message(query=[(name, text)])
        yield (
            f"a file called {name[:12]!a}",
            endpoint.message(files=[*pictures, file_part(b"x", name.replace("\r\n", "%0d%0a"))]),
        )


def _files(endpoint: Endpoint) -> Iterator[Named]:
    """Sound and senseless pictures under every name of a file, and files with hostile names."""
    for name in endpoint.files:
        for label, data in (
            ("nothing", b""),
            ("noise", b"\x89PNG\r\n\x1a\n" + b"x" * 99),
            ("a zip", b"PK\5\6" + bytes(18)),
        ):
            yield f"{name} is {label}", endpoint.message(files=[file_part(data, name)])
            yield (
                f"{name} beside is {label}",
                endpoint.message(files=[*endpoint.pictures(), file_part(data, name)]),
            )
        for filename in FILENAMES:
            lines = (
                f'Content-Disposition: form-data; name="{name}"; filename="{filename}"',
                "Content-Type: image/\u00e9\x01;a=b",
            )
            yield f"{name} called {filename[:20]!a}", endpoint.message(files=[part(plain("JPEG"), *lines)])


def _addresses(endpoint: Endpoint) -> Iterator[Named]:
    for name in endpoint.parts:
        for text in PARTS:
            target = endpoint.target({name: text})
            yield f"{name} is {text[:20]}", Message(content_type=None, method=endpoint.method, target=target)


def _heads(endpoint: Endpoint) -> Iterator[Named]:
    sound = endpoint.message()
    for header in HEADERS:
        message = Message(
            sound.body, sound.content_type, sound.method, sound.target, headers=(header,), authorised=True
        )
        yield f"{header[0]}: {header[1][:12]!a}", message
    yield (
        "nobody's key",
        Message(
            sound.body,
            sound.content_type,
            sound.method,
            sound.target,
            headers=(("Authorization", "Bearer " + "k" * 5000),),
            authorised=False,
        ),
    )


def _json(endpoint: Endpoint, body: bytes) -> Message:
    return Message(body, JSON, target=endpoint.target())
