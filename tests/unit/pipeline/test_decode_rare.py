"""What photographers, renderers and old tools save: each kind of each format, and where it ends."""

import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from handler.domain.errors import ResolutionTooHighError, UnreadableImageError, UnsupportedFormatError
from handler.domain.image import Bytes, size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode, read_head
from tests import profiles
from tests.bombs import tiff_file
from tests.colours import linear
from tests.images import encoded, exif, gradient, photo, saved, with_alpha
from tests.rare_images import (
    RADIANCE,
    exr_file,
    hdr_file,
    layer_count,
    psd_file,
    raw_file,
    resource,
)

LIMITS = Limits()
PLANES = gradient().transpose(2, 0, 1)
TRANSPARENT = with_alpha(gradient()).transpose(2, 0, 1)


def largest_error(expected: Bytes, actual: Bytes) -> int:
    """Of any sample."""
    return int(np.abs(expected.astype(int) - actual).max())


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_a_photoshop_file_is_read_in_every_packing(version: int, *, packed: bool, deep: bool) -> None:
    """Small and large document, plain and packed rows, 8 and 16 bits."""
    planes = PLANES.astype(np.uint16) * 257 if deep else PLANES
    picture = decode(psd_file(planes, version=version, packed=packed), LIMITS)

    assert np.array_equal(gradient(), picture.rgb)


@pytest.mark.parametrize("version", [1, 2])
def test_a_photoshop_files_transparency_is_told_from_a_kept_selection(version: int) -> None:
    """Both are a fourth channel; the number of layers is below zero where it is transparency."""
    layers = layer_count(-1, version), layer_count(1, version), b""
    clear, selected, flat = (
        decode(psd_file(TRANSPARENT, sections=(b"", b"", section), version=version), LIMITS)
        for section in layers
    )

    assert clear.alpha is not None
    assert np.array_equal(TRANSPARENT[3], clear.alpha)
    assert selected.alpha is None is flat.alpha


def test_a_deep_photoshop_files_transparency_is_found_further_down() -> None:
    """Its layers lie in a block of their own."""
    layers = bytes(8) + b"8BIMLr16" + layer_count(-2)
    picture = decode(psd_file(TRANSPARENT.astype(np.uint16) * 257, sections=(b"", b"", layers)), LIMITS)

    assert picture.alpha is not None
    assert np.array_equal(TRANSPARENT[3], picture.alpha)


def test_white_under_a_photoshop_files_soft_edge_is_taken_off() -> None:
    """The flattened picture is laid on white; the colour below half transparent red is red."""
    planes = np.array([255, 127, 127, 128], np.uint8).reshape(4, 1, 1)
    picture = decode(psd_file(planes, sections=(b"", b"", layer_count(-1))), LIMITS)

    assert [255, 0, 0] == picture.rgb[0, 0].tolist()


@pytest.mark.parametrize(
    ("mode", "planes", "expected"),
    [
        (1, [[[7, 200]]], [[7, 7, 7], [200, 200, 200]]),
        (8, [[[7, 200]]], [[7, 7, 7], [200, 200, 200]]),
        (2, [[[0, 2]]], [[0, 10, 20], [2, 12, 22]]),
        (4, [[[255, 0]], [[255, 255]], [[255, 255]], [[255, 255]]], [[255, 255, 255], [0, 255, 255]]),
        (9, [[[0, 255]], [[128, 128]], [[128, 128]]], [[0, 0, 0], [255, 255, 255]]),
    ],
    ids=["grey", "duotone", "palette", "cmyk", "lab"],
)
def test_a_photoshop_file_is_read_in_its_colour_mode(
    mode: int, planes: list[list[list[int]]], expected: list[list[int]]
) -> None:
    """White is white and ink is ink."""
    colours = np.array([np.arange(256) + shift for shift in (0, 10, 20)], np.uint8)
    palette = colours.tobytes() if mode == 2 else b""
    picture = decode(psd_file(np.array(planes, np.uint8), mode, (palette, b"", b"")), LIMITS)

    assert largest_error(np.array(expected), picture.rgb[0]) <= 1


def test_a_photoshop_bitmap_of_one_bit_is_black_on_white() -> None:
    """A bit that is set is ink."""
    data = bytearray(psd_file(np.array([[[0b10100000]]], np.uint8), 0, packed=False))
    data[18:24] = b"\0\0\0\3\0\1"

    assert [0, 255, 0] == decode(bytes(data), LIMITS).rgb[0, :, 0].tolist()


def test_a_photoshop_files_profile_and_turn_are_used() -> None:
    """Both lie among its resources, behind whatever else is there."""
    resources = resource(1000, b"odd") + resource(1039, profiles.display_p3()) + resource(1058, exif(6)[6:])
    plain = decode(psd_file(PLANES), LIMITS).rgb
    picture = decode(psd_file(PLANES, sections=(b"", resources, b"")), LIMITS)

    assert (32, 48) == size_of(picture.rgb)
    assert largest_error(np.rot90(plain, -1), picture.rgb) > 5


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (psd_file(PLANES, 7), "colour mode 7"),
        (psd_file(PLANES.astype(np.uint32)), "32 bits"),
        (psd_file(PLANES, sections=(b"", resource(1057, b"\0\0\0\1\0"), b"")), "layers alone"),
        (exr_file({"Z": np.zeros((4, 4), np.float32)}), "neither"),
        (exr_file({"R": np.zeros((4, 4), np.uint32)}), "neither"),
        (b"v/1\1\2\x10\0\0" + bytes(64), "several parts"),
        (RADIANCE.replace(b"rgbe", b"xyze") + b"-Y 1 +X 1\n" + bytes(4), "RGBE"),
        (RADIANCE + b"-Y 1 +X 2\n" + bytes([9, 200, 9, 128, 1, 1, 1, 1]), "1991"),
    ],
    ids=["multichannel", "floats", "layers", "depth", "whole numbers", "parts", "xyz", "old runs"],
)
def test_what_is_known_and_not_read_is_said(data: bytes, message: str) -> None:
    """The refusal is not that the file is damaged."""
    with pytest.raises(UnsupportedFormatError, match=message):
        decode(data, LIMITS)


@pytest.mark.parametrize("packed", [False, True])
def test_light_is_shown_as_srgb(*, packed: bool) -> None:
    """Light that a screen can show comes out as it is, in both packings."""
    data = hdr_file(linear(gradient()), packed=packed)

    # Three channels share an exponent, so the darkest of a bright pixel is coarse.
    assert np.abs(gradient().astype(int) - decode(data, LIMITS).rgb).mean() < 1


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_exr_light_is_shown_as_srgb(kind: type[np.floating]) -> None:
    """In both depths of a float."""
    data = exr_file({"RGB": linear(gradient()).astype(kind)})

    assert largest_error(gradient(), decode(data, LIMITS).rgb) <= 1


def test_light_beyond_white_keeps_its_shape() -> None:
    """Two lights of which both outshine white are told apart, and what lies below stays as it is."""
    light = np.full((80, 40, 3), 0.2, np.float32)
    light[:10], light[10:20], light[20:30] = 4.0, 2.0, 0.5
    brightest, bright, half, dark = decode(exr_file({"RGB": light}), LIMITS).rgb[:40:10, 0, 0].tolist()

    assert [255, 188, 124] == [brightest, half, dark]
    assert 232 < bright < 253


def test_light_in_another_unit_is_exposed() -> None:
    """A thousand times as bright is the same picture; so is a thousandth."""
    light = (linear(photo(48, 32)) + 0.05).astype(np.float32)
    bright, dark = (decode(exr_file({"RGB": light * gain}), LIMITS).rgb for gain in (1000, 0.001))

    assert largest_error(bright, dark) <= 1
    assert 60 < bright.mean() < 190


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1.0])
def test_light_that_is_none_does_no_harm(value: float) -> None:
    """A renderer's broken pixel is black or white, and its neighbours stay."""
    light = linear(gradient()).astype(np.float32)
    light[0, 0] = value
    rgb = decode(exr_file({"RGB": light}), LIMITS).rgb

    assert ([255] * 3 if value == np.inf else [0] * 3) == rgb[0, 0].tolist()
    assert largest_error(gradient()[1:], rgb[1:]) <= 1


def test_exr_colour_comes_multiplied_by_alpha() -> None:
    """Half transparent red is stored as half of red."""
    light = np.zeros((2, 2, 4), np.float32)
    light[...] = 0.5, 0, 0, 0.5
    picture = decode(exr_file({"RGBA": light}), LIMITS)

    assert picture.alpha is not None
    assert [255, 0, 0, 128] == [*picture.rgb[0, 0].tolist(), picture.alpha[0, 0]]


def test_an_exr_of_grey_or_of_layers_is_read() -> None:
    """Of layers that make pictures the first by name."""
    light = linear(gradient()).astype(np.float32)
    grey = decode(exr_file({"Y": light[..., 0]}), LIMITS)
    layers = {f"{name}.{band}": light[..., n] for name in ("beauty",) for n, band in enumerate("RGB")}
    layered = decode(exr_file({**layers, "depth.Z": light[..., 0]}), LIMITS)

    assert largest_error(gradient()[..., :1].repeat(3, axis=2), grey.rgb) <= 1
    assert largest_error(gradient(), layered.rgb) <= 1


def test_an_exr_of_many_channels_is_held_to_what_they_unpack_to() -> None:
    """Its pixels would pass, and the library unpacks every channel."""
    channels = {f"layer{n}.Z": np.zeros((100, 100), np.float32) for n in range(5)}
    with pytest.raises(ResolutionTooHighError, match="channels hold 200000 bytes"):
        decode(exr_file(channels), Limits(max_pixels=10_000))


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("down", ["-Y", "+Y"])
@pytest.mark.parametrize("across", ["+X", "-X"])
def test_an_hdr_file_is_upright_whatever_the_order_of_its_rows(
    down: str, across: str, *, sideways: bool
) -> None:
    """The line with its size tells where the first row and its first pixel lie."""
    stored = gradient()[:: 1 if down == "-Y" else -1, :: 1 if across == "+X" else -1]
    if sideways:
        stored = stored.transpose(1, 0, 2)
    data = hdr_file(
        linear(stored), f"{across} {{}} {down} {{}}" if sideways else f"{down} {{}} {across} {{}}"
    )
    head = read_head(data, LIMITS)

    assert (48, 32) == (head.full_width, head.full_height)
    assert np.abs(gradient().astype(int) - decode(data, LIMITS).rgb).mean() < 1


@pytest.mark.parametrize(
    "rest",
    [b"", b"-Y 4\n", b"-Y 4 +Y 4\n" + bytes(64), b"-Y 1 +X 8\n\2\2\0\x08" + b"\xff\1" * 9],
    ids=["no size", "one side", "one axis twice", "too long a row"],
)
def test_a_broken_hdr_file_is_unreadable(rest: bytes) -> None:
    """Of a header or of a row."""
    with pytest.raises(UnreadableImageError):
        decode(RADIANCE + rest, LIMITS)


@pytest.mark.parametrize("options", [{}, {"compression": "tga_rle"}, {"orientation": 1}], ids=str)
@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA"])
def test_a_targa_is_read_in_every_kind(mode: str, options: dict[str, object]) -> None:
    """It has no magic bytes, and its rows may begin at either end."""
    image = Image.fromarray(with_alpha(gradient())).convert(mode)
    picture = decode(saved(image, "tga", **options), LIMITS)

    assert "tga" == picture.source_format
    assert np.array_equal(np.asarray(image.convert("RGB")), picture.rgb)
    assert (mode in {"LA", "RGBA"}) == (picture.alpha is not None)


def test_a_targa_whose_fourth_byte_was_left_empty_is_opaque() -> None:
    """A picture without a visible pixel is not what anyone sent."""
    empty = np.dstack([gradient(), np.zeros((32, 48), np.uint8)])
    picture = decode(encoded(empty, "tga"), LIMITS)

    assert picture.alpha is None
    assert np.array_equal(gradient(), picture.rgb)


@pytest.mark.parametrize("at", [1, 2, 3, 5, 7, 12, 14, 16, 17])
def test_a_header_that_contradicts_itself_is_no_targas(at: int) -> None:
    """Each field alone gives it away."""
    data = bytearray(encoded(gradient(), "tga"))
    data[at : at + 1 + (at in {12, 14})] = b"\0\0" if at in {12, 14} else b"\x47"
    with pytest.raises(UnsupportedFormatError):
        decode(bytes(data), LIMITS)


@pytest.mark.parametrize("rle", [False, True])
@pytest.mark.parametrize("sample_bytes", [1, 2])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_an_sgi_file_is_read_in_every_kind(mode: str, sample_bytes: int, *, rle: bool) -> None:
    """From grey to transparent, in both depths and packings."""
    image = Image.fromarray(with_alpha(gradient())).convert(mode)
    data = (
        sgi_packed(np.atleast_3d(np.asarray(image)), sample_bytes)
        if rle
        else saved(image, "sgi", bpc=sample_bytes)
    )
    picture = decode(data, LIMITS)

    assert np.array_equal(np.asarray(image.convert("RGB")), picture.rgb)
    assert (mode == "RGBA") == (picture.alpha is not None)


@pytest.mark.parametrize(("orientation", "quarters"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_a_camera_raw_file_is_developed_upright(orientation: int, quarters: int) -> None:
    """The sensor's light becomes colours, turned as the camera was held."""
    picture = decode(raw_file(gradient(), orientation), LIMITS)
    expected = np.rot90(gradient(), quarters)

    assert "raw" == picture.source_format
    assert size_of(expected) == size_of(picture.rgb) == (picture.full_width, picture.full_height)
    assert np.abs(expected.astype(int) - picture.rgb).mean() < 1


def test_half_a_camera_raw_file_is_developed_where_that_is_enough() -> None:
    """Four pixels of the sensor make one, without guessing what no filter let through."""
    data = raw_file(gradient(99, 61))

    assert (50, 31) == size_of(decode(data, LIMITS, at_least=50).rgb)
    assert (99, 61) == size_of(decode(data, LIMITS, at_least=51).rgb)


def test_a_cameras_file_that_is_not_known_is_no_damaged_one() -> None:
    """Its first directory says of itself that it is a reduced copy, and no camera is named."""
    thumbnail = tiff_file([(254, 4, 1, 1), (256, 4, 1, 4), (257, 4, 1, 4), (273, 4, 1, 8)], bytes(16))

    with pytest.raises(UnsupportedFormatError, match="raw"):
        decode(thumbnail, LIMITS)


@pytest.mark.parametrize(
    "start",
    [
        b"FUJIFILMCCD-RAW 0201",
        b"IIRO\x08\0\0\0",
        b"IIU\0\x08\0\0\0",
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
        b"II\x1a\0\0\0HEAPCCDR",
        b"II*\0\x10\0\0\0CR\2\0",
    ],
    ids=["raf", "orf", "rw2", "cr3", "crw", "cr2"],
)
def test_cameras_own_formats_are_taken_for_what_they_are(start: bytes) -> None:
    """A beginning with nothing behind it is of no known camera, but no film and no text either."""
    with pytest.raises((UnsupportedFormatError, UnreadableImageError), match="raw"):
        decode(start + bytes(600), LIMITS)


def test_a_sensor_of_too_many_pixels_is_refused_before_it_is_read() -> None:
    """What counts is what the sensor has, not what is shown of it."""
    with pytest.raises(ResolutionTooHighError, match="48 x 32"):
        decode(raw_file(gradient()), Limits(max_pixels=48 * 32 - 1))


@pytest.mark.parametrize("module", ["rawpy", "OpenEXR"])
def test_what_few_send_costs_no_start(module: str) -> None:
    """Its library is imported only when such a file arrives."""
    program = f"import sys, handler.pipeline.decode; print({module!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert "False" == done.stdout.strip()


def sgi_packed(pixels: Bytes, sample_bytes: int) -> bytes:
    """An SGI file of packed rows, each sample a run of one."""
    height, width, channels = pixels.shape
    kind = np.dtype(">u2" if sample_bytes == 2 else "u1")
    white = 257 if sample_bytes == 2 else 1
    samples = pixels[::-1].transpose(2, 0, 1).reshape(-1, width).astype(kind) * white
    one = np.array([0x81], kind).tobytes()
    rows = [
        b"".join(one + sample.tobytes() for sample in row.astype(kind)) + bytes(sample_bytes)
        for row in samples
    ]
    lengths = np.array([len(row) for row in rows], ">u4")
    starts = (512 + 8 * len(rows) + np.cumsum(lengths) - lengths).astype(">u4")
    sizes = width, height, channels
    head = struct.pack(">HBBHHHH", 474, 1, sample_bytes, 3 if channels > 1 else 2, *sizes).ljust(512, b"\0")
    return b"".join([head, starts.tobytes(), lengths.tobytes(), *rows])
