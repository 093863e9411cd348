"""PNG files that two decoders of different make read back exactly."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handler.domain.image import Box, Bytes, Canvas
from handler.domain.request import Compression, Variant
from handler.pipeline.encode import encode
from tests.images import noise, photo, with_alpha

NOWHERE = Box(0, 0, 0, 0)
CHANNELS = {0: 1, 2: 3, 6: 4}


def png(pixels: Bytes, compression: Compression = Compression.FAST, threads: int = 2) -> bytes:
    """The file of some pixels."""
    return encode(Canvas(pixels, NOWHERE), Variant(compression=compression), threads).body


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Every chunk in order, its checksum verified."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.pack(">I", zlib.crc32(kind + body)) == data[at + 8 + size : at + 12 + size]
        found.append((kind, body))
        at += 12 + size
    return found


def by_the_book(data: bytes) -> Bytes:
    """A decoder of one page: inflate, undo each row's filter, all five of them."""
    chunks = chunks_of(data)
    width, height, depth, colour_type, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    assert [8, 0, 0, 0] == [depth, *rest]
    step = CHANNELS[colour_type]
    stride = width * step
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    assert height * (stride + 1) == len(raw)
    above = bytearray(stride)
    rows = []
    for top in range(0, len(raw), stride + 1):
        above = unfiltered(raw[top], bytearray(raw[top + 1 : top + 1 + stride]), above, step)
        rows.append(bytes(above))
    shape = (height, width) if step == 1 else (height, width, step)
    return np.frombuffer(b"".join(rows), np.uint8).reshape(shape)


def unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    """One row as it was before filtering."""
    if kind == 2:
        return bytearray((value + up) & 255 for value, up in zip(row, above, strict=True))
    for at in range(len(row)):
        left, up = row[at - step] if at >= step else 0, above[at]
        corner = above[at - step] if at >= step else 0
        nearest = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
        row[at] = (row[at] + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return row


def by_pillow(data: bytes) -> Bytes:
    """The same file through libpng's understanding of it."""
    return np.asarray(Image.open(BytesIO(data)))


def assert_exact(pixels: Bytes, data: bytes) -> None:
    """Both decoders give back what went in."""
    np.testing.assert_array_equal(pixels, by_the_book(data), strict=True)
    np.testing.assert_array_equal(pixels, by_pillow(data), strict=True)


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (255, 33), (64, 64)])
def test_every_size_and_kind_is_read_back_exactly(
    size: tuple[int, int], channels: int, compression: Compression
) -> None:
    """By Pillow and by a decoder that shares no code with it."""
    pixels = noise(*size, channels)

    assert_exact(pixels, png(pixels, compression))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    channels=st.sampled_from([1, 3, 4]),
    seed=st.integers(0, 1 << 32),
    levels=st.sampled_from([1, 2, 17, 255]),
    compression=st.sampled_from(Compression),
)
def test_any_pixels_are_read_back_exactly(
    width: int, height: int, channels: int, seed: int, levels: int, compression: Compression
) -> None:
    """From one flat colour to plain noise."""
    pixels = noise(width, height, channels, seed) % levels

    assert_exact(pixels, png(pixels, compression))


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("is_noise", [True, False], ids=["noise", "photo"])
def test_a_picture_of_many_strips_is_read_back_exactly(channels: int, *, is_noise: bool) -> None:
    """The strips join into one stream with one checksum."""
    width, height = 1_501, 1_203
    pixels = noise(width, height, 4) if is_noise else with_alpha(photo(width, height))
    pixels = pixels[..., 0] if channels == 1 else pixels[..., :channels]
    data = png(pixels)

    assert sum(kind == b"IDAT" for kind, _ in chunks_of(data)) > 1
    assert_exact(pixels, data)


@pytest.mark.parametrize("width", [1_100_000, 262_144])
def test_a_row_longer_than_a_strip_is_a_strip(width: int) -> None:
    """A strip has at least one row."""
    pixels = noise(width, 3, 4)

    np.testing.assert_array_equal(pixels, by_pillow(png(pixels)))


@pytest.mark.parametrize("channels", [3, 4])
def test_a_view_is_encoded_like_its_copy(channels: int) -> None:
    """Composing crops without copying."""
    whole = noise(90, 70, channels)
    view = whole[10:60, 20:75]

    assert png(view.copy()) == png(view)


def test_the_number_of_threads_does_not_change_the_bytes() -> None:
    """The strips depend on the picture alone."""
    pixels = with_alpha(photo(1_200, 900))
    files = {png(pixels, threads=threads) for threads in (1, 2, 3, 8)}

    assert 1 == len(files)


@pytest.mark.parametrize("compression", list(Compression))
def test_colour_says_that_it_is_srgb_and_a_matte_does_not(compression: Compression) -> None:
    """A matte is coverage, which no viewer should correct."""
    colour = dict(chunks_of(png(noise(8, 8, 4), compression)))
    matte = dict(chunks_of(png(noise(8, 8, 1), compression)))

    assert b"\0" == colour[b"sRGB"]
    assert struct.pack(">I", 45_455) == colour[b"gAMA"]
    assert {b"IHDR", b"IDAT", b"IEND"} == set(matte)


def test_colour_under_full_transparency_is_kept() -> None:
    """The encoder decides nothing about colour."""
    pixels = noise(40, 30, 4)
    pixels[..., 3] = 0

    assert_exact(pixels, png(pixels))


def test_small_is_smaller() -> None:
    """On a picture with detail; and it is a choice, not the default."""
    pixels = with_alpha(photo(600, 400))

    assert len(png(pixels, Compression.SMALL)) < len(png(pixels))
    assert png(pixels) == encode(Canvas(pixels, NOWHERE), Variant()).body
