"""Uploads whose picture is the attack."""

from collections.abc import Callable
from functools import partial

from tests.hostile import pictures
from tests.hostile.probes import DAMAGED, INVALID, Message, Probe, named, raw, upload

LIMIT_BYTES = 20 * 1024 * 1024
TOO_MANY_PIXELS = frozenset({"resolution_too_high"})
TRUNCATIONS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)


def _cut(format_name: str, share: float) -> Message:
    whole = pictures.plain(format_name)
    return upload(whole[: max(1, int(len(whole) * share))])


def _stranger(name: str) -> Message:
    return upload(pictures.STRANGERS[name])


def _probe(name: str, make: Callable[[], bytes], *, codes: frozenset[str] = DAMAGED) -> Probe:
    """A probe whose picture is made late."""
    return Probe(name, lambda: upload(make()), codes)


TRUNCATED = [
    Probe(f"{format_name} cut at {share:.0%}", partial(_cut, format_name, share), DAMAGED)
    for format_name in pictures.PLAIN_FORMATS
    for share in TRUNCATIONS
]

STRANGERS = [
    Probe(name, partial(_stranger, name), INVALID if name == "mp4" else DAMAGED)
    for name in pictures.STRANGERS
]

BOMBS = [
    _probe("png of 3.6 gigapixels", partial(pictures.png, 60_000, 60_000), codes=TOO_MANY_PIXELS),
    _probe(
        "png one row over the limit", partial(pictures.png_of_zeros, 10_000, 5_001), codes=TOO_MANY_PIXELS
    ),
    _probe(
        "png of two billion columns", partial(pictures.png, 2**31 - 1, 1), codes=TOO_MANY_PIXELS | DAMAGED
    ),
    _probe("png of no rows", partial(pictures.png, 8, 0)),
    _probe(
        "jpeg of 65,000 squared",
        partial(pictures.jpeg_of_claimed_size, 65_000, 65_000),
        codes=TOO_MANY_PIXELS,
    ),
    _probe(
        "gif of 65,535 squared", partial(pictures.gif_of_claimed_size, 65_535, 65_535), codes=TOO_MANY_PIXELS
    ),
    _probe(
        "webp of 16,383 squared",
        partial(pictures.webp_of_claimed_size, 16_383, 16_383),
        codes=TOO_MANY_PIXELS,
    ),
    _probe(
        "bmp of 100,000 squared",
        partial(pictures.bmp_of_claimed_size, 100_000, 100_000),
        codes=TOO_MANY_PIXELS,
    ),
    _probe(
        "tiff of 200,000 squared",
        partial(pictures.tiff_of_claimed_size, 200_000, 200_000),
        codes=TOO_MANY_PIXELS,
    ),
    _probe("jpeg of 20,000 scans", partial(pictures.jpeg_of_many_scans, 20_000)),
    _probe("png of 300,000 chunks", partial(pictures.png_of_many_chunks, 300_000)),
]

TOO_LARGE = [
    Probe(
        "one byte over the limit, as a form",
        lambda: upload(bytes(LIMIT_BYTES + 1)),
        frozenset({"image_too_large"}),
    ),
    Probe(
        "one byte over the limit, as the body",
        lambda: raw(bytes(LIMIT_BYTES + 1)),
        frozenset({"image_too_large"}),
    ),
    Probe("exactly the limit, and no picture", lambda: upload(bytes(LIMIT_BYTES)), DAMAGED),
    Probe("nothing at all, as a form", lambda: upload(b""), DAMAGED | {"missing_image"}),
    Probe("nothing at all, as the body", lambda: raw(b""), DAMAGED | {"missing_image"}),
]

PROBES = named([*TRUNCATED, *STRANGERS, *BOMBS, *TOO_LARGE])
