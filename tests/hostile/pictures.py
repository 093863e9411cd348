"""Pictures made to hurt whoever opens them, and plain ones to be damaged."""

import io
import struct
import zlib
from collections.abc import Mapping
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MEBIBYTE = 1 << 20
PLAIN_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")


@cache
def plain(format_name: str, width: int = 96, height: int = 64) -> bytes:
    """A harmless picture with something in it."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    grain = np.random.default_rng(7).integers(0, 40, (height, width))
    disc = (across - width / 2) ** 2 + (down - height / 2) ** 2 < (height / 3) ** 2
    grey = np.where(disc, 190, 30) + grain
    pixels = np.stack([grey, np.roll(grey, 3), 255 - grey], axis=-1).astype(np.uint8)
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format_name)
    return stream.getvalue()


def flipped(picture: bytes, seed: int) -> bytes:
    """The picture with some of its bits turned over, the same ones for the same seed."""
    random = np.random.default_rng(seed)
    damaged = bytearray(picture)
    for at in random.integers(0, len(damaged), random.integers(1, 24)):
        damaged[at] ^= 1 << int(random.integers(8))
    return bytes(damaged)


def zeros(count: int) -> bytes:
    """A compressed stream of so many zeros, made without compressing them all."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, wbits=-15)
    tail = rest.compress(bytes(count % MEBIBYTE)) + rest.flush()
    checksum = (count % 65_521) << 16 | 1
    return b"\x78\xda" + block * (count // MEBIBYTE) + tail + checksum.to_bytes(4, "big")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its right checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"", extra: bytes = b""
) -> bytes:
    """A PNG of any claimed size around any compressed data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header), extra, png_chunk(b"IDAT", data), png_chunk(b"IEND", b"")
    return PNG_SIGNATURE + b"".join(chunks)


def png_of_zeros(width: int, height: int, *, depth: int = 8, colour: int = 2, extra: bytes = b"") -> bytes:
    """An honest PNG of black pixels: megabytes of picture in kilobytes of file."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    data = zeros(height * (1 + width * samples * depth // 8))
    return png(width, height, depth=depth, colour=colour, data=data, extra=extra)


def png_of_many_chunks(count: int) -> bytes:
    """A small PNG whose reader must step over very many chunks first."""
    return png_of_zeros(8, 8, extra=png_chunk(b"prVt", b"") * count)


def png_with_swelling_text(megabytes: int) -> bytes:
    """A small PNG whose compressed comment unpacks to very much."""
    return png_of_zeros(8, 8, extra=png_chunk(b"zTXt", b"Comment\0\0" + zeros(megabytes << 20)))


def png_with_swelling_profile(megabytes: int) -> bytes:
    """A small PNG whose colour profile unpacks to very much."""
    return png_of_zeros(8, 8, extra=png_chunk(b"iCCP", b"profile\0\0" + zeros(megabytes << 20)))


def jpeg_of_many_scans(count: int) -> bytes:
    """A progressive JPEG that repeats one scan: each costs a pass over every block of the picture."""
    stream = io.BytesIO()
    Image.new("L", (2048, 2048), 90).save(stream, "JPEG", progressive=True)
    jpeg = stream.getvalue()
    first = jpeg.index(b"\xff\xda")
    second = jpeg.index(b"\xff\xda", first + 2)
    third = jpeg.index(b"\xff\xda", second + 2)
    # From one start of scan to the next there may be a table; it belongs to the repeat.
    return jpeg[:second] + jpeg[second:third] * count + b"\xff\xd9"


def jpeg_of_claimed_size(width: int, height: int) -> bytes:
    """A small JPEG whose header lies about its size."""
    jpeg = bytearray(plain("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(jpeg)


def gif_of_many_frames(count: int) -> bytes:
    """An animation of single pixels."""
    header = b"GIF89a" + struct.pack("<HHBBB", 64, 64, 0x80, 0, 0) + bytes(3) + b"\xff" * 3
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return header + frame * count + b"\x3b"


def gif_of_claimed_size(width: int, height: int) -> bytes:
    """A few bytes that claim a very large canvas."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + gif_of_many_frames(1)[19:]


def bmp_of_claimed_size(width: int, height: int) -> bytes:
    """A bitmap's header before nothing."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def webp_of_claimed_size(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is larger than its picture."""
    canvas = bytes([0x10, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    picture = plain("WEBP")[12:]
    body = b"WEBPVP8X" + struct.pack("<I", len(canvas)) + canvas + picture
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_of_claimed_size(width: int, height: int) -> bytes:
    """A TIFF directory that promises one strip of a very large picture."""
    return _tiff(
        [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 8)]
    )


def tiff_in_a_circle() -> bytes:
    """A TIFF whose next directory is the same directory."""
    tags = [(256, 4, 8), (257, 4, 8), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 64)]
    return _tiff(tags, following=8)


def _tiff(tags: list[tuple[int, int, int]], following: int = 0) -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)
    return b"II*\0" + struct.pack("<I", 8) + directory + bytes(64)


# Files that are no picture, or none that is taken, whatever their name says.
STRANGERS: Mapping[str, bytes] = {
    "one byte": b"\xff",
    "text": b"hello, I am a photo",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "svg that includes a file": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "pdf": b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n",
    "zip": b"PK\x03\x04" + bytes(60),
    "gzip": b"\x1f\x8b\x08" + bytes(60),
    "icon": b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0 \0h\x04\0\0\x16\0\0\0" + bytes(1128),
    "photoshop": b"8BPS\0\x01" + bytes(6) + b"\0\x03\0\0\0\x09\0\0\0\x09\0\x08\0\x03" + bytes(40),
    "portable pixmap": b"P6\n9 9\n255\n" + bytes(243),
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64),
    "empty heif": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "empty avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(64),
    "only a jpeg's start": b"\xff\xd8\xff",
    "only a png's start": PNG_SIGNATURE,
    "only a webp's start": b"RIFF\x10\0\0\0WEBP",
    "zeros": bytes(4096),
}
