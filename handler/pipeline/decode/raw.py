"""A camera's raw file: what the sensor saw is developed, and the preview beside it is not looked at."""

import struct
from functools import partial
from importlib import import_module
from io import BytesIO

from PIL import Image

from handler.domain.errors import UnreadableImageError, UnsupportedFormatError
from handler.domain.limits import Limits
from handler.pipeline.decode.directory import layout_of, read_first
from handler.pipeline.decode.source import Latent, Source, check_pixels

# Fuji, Olympus (three), Panasonic, Minolta and Sigma; Canon's first one has its mark further in.
_STARTS = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb")
_CANON_MARK = b"CR"
_SUBFILE_KIND, _COMPRESSION, _PHOTOMETRIC, _DNG_VERSION = 254, 259, 262, 50706
_IS_THUMBNAIL = 1
_COLOUR_FILTERS = {32803, 34892}
# Sony, Nikon, Samsung (two) and Pentax pack in ways of their own.
_CAMERAS_COMPRESSIONS = {32767, 34713, 32770, 32772, 65535}
# How far each of LibRaw's turns is from upright, by EXIF's numbers.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
_HALF = 2
# sRGB's own curve: its power, and its slope near black.
_SRGB_CURVE = (2.4, 12.92)


def is_camera_raw(data: bytes) -> bool:
    """Whether the bytes begin like a camera's own format, or are a TIFF that only wraps one."""
    if data.startswith(_STARTS) or data[4:12] == b"ftypcrx " or data[6:14] == b"HEAPCCDR":
        return True
    return data.startswith((b"II*\0", b"MM\0*")) and (data[8:10] == _CANON_MARK or _wraps_raw(data))


def _wraps_raw(data: bytes) -> bool:
    """A camera's file begins with a thumbnail, or says how its sensor's colours lie."""
    try:
        tags = read_first(data, layout_of(data))
    except (UnreadableImageError, struct.error):
        return False
    found = {number: (tags[number].numbers()[:1].tolist() or [0])[0] for number in tags}
    is_thumbnail = bool(found.get(_SUBFILE_KIND, 0) & _IS_THUMBNAIL)
    is_packed = found.get(_COMPRESSION) in _CAMERAS_COMPRESSIONS
    return is_thumbnail or is_packed or _DNG_VERSION in found or found.get(_PHOTOMETRIC) in _COLOUR_FILTERS


def open_raw(data: bytes, limits: Limits) -> Source:
    """Open with the library, which is imported only when such a file arrives."""
    rawpy = import_module("rawpy")
    try:
        with rawpy.imread(BytesIO(data)) as raw:
            sizes = raw.sizes
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnsupportedFormatError("The camera's raw file is of a kind that is not known") from error
    check_pixels((sizes.raw_width, sizes.raw_height), limits.max_pixels)
    size = int(sizes.width), int(sizes.height)
    check_pixels(size, limits.max_pixels)
    return Source(Latent(size, partial(_develop, data, size)), _ORIENTATIONS.get(sizes.flip, 1))


def _develop(data: bytes, size: tuple[int, int], scale: int) -> Image.Image:
    rawpy = import_module("rawpy")
    with rawpy.imread(BytesIO(data)) as raw:
        rgb = raw.postprocess(use_camera_wb=True, user_flip=0, half_size=scale == _HALF, gamma=_SRGB_CURVE)
    height, width = rgb.shape[:2]
    if (width, height) != tuple(-(-side // scale) for side in size):
        raise UnsupportedFormatError("A camera's raw file whose pixels are no squares is not taken")
    return Image.fromarray(rgb)
