"""Tells a file's format by its first bytes; its name and its declared type are never asked."""

from handler.domain.errors import UnsupportedFormatError, VideoError
from handler.pipeline.decode.raw import is_camera_raw
from handler.pipeline.decode.tga import is_tga

_BMP_HEADER_BYTES = {12, 40, 52, 56, 64, 108, 124}
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0")
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_MAX_BRANDS = 64
_VIDEO_BRANDS = (b"iso", b"mp4", b"mp7", b"avc", b"M4V", b"qt  ", b"3g", b"f4v", b"F4V", b"dash", b"MSNV")
# A QuickTime film may begin with any of these boxes instead of naming its brands.
_VIDEO_BOXES = (b"moov", b"mdat", b"wide")
_MATROSKA = b"\x1aE\xdf\xa3"
_STARTS = (
    ("jpeg", b"\xff\xd8\xff"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("gif", (b"GIF87a", b"GIF89a")),
    ("psd", (b"8BPS\0\1", b"8BPS\0\2")),
    ("exr", b"v/1\1"),
    ("hdr", (b"#?RADIANCE\n", b"#?RGBE\n")),
    ("tiff", _TIFF_STARTS),
)
_SGI_START = b"\x01\xda"
_TAKEN = "JPEG, PNG, WebP, BMP, TIFF, GIF, AVIF, HEIC, camera RAW, PSD, EXR, HDR, TGA and SGI are taken"


def format_of(data: bytes) -> str:
    """The format that the bytes begin like, or a refusal that names what is taken."""
    if not data:
        raise UnsupportedFormatError(f"The file is empty; {_TAKEN}")
    found = _by_magic(data)
    if found is None and _is_video(data):
        raise VideoError
    if found is None and is_tga(data):
        found = "tga"
    if found is None:
        raise UnsupportedFormatError(f"The file is not an image of a supported format; {_TAKEN}")
    return found


def _by_magic(data: bytes) -> str | None:
    found = next((name for name, starts in _STARTS if data.startswith(starts)), None)
    if is_camera_raw(data):
        found = "raw"
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        found = "webp"
    elif data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_BYTES:
        found = "bmp"
    elif data.startswith(_SGI_START) and _is_sgi(data):
        found = "sgi"
    elif data[4:8] == b"ftyp":
        found = _by_brands(data)
    return found


def _is_sgi(data: bytes) -> bool:
    """Two bytes are little to go by, so those behind them must make sense too."""
    packing, sample_bytes, sides = data[2:3], data[3:4], int.from_bytes(data[4:6], "big")
    return packing in {b"\0", b"\1"} and sample_bytes in {b"\1", b"\2"} and sides in {1, 2, 3}


def _is_video(data: bytes) -> bool:
    """Whether the bytes begin like MP4, MOV, WebM or AVI."""
    branded = data[4:8] == b"ftyp" and data[8:12].startswith(_VIDEO_BRANDS)
    avi = data.startswith(b"RIFF") and data[8:12] == b"AVI "
    return branded or avi or data.startswith(_MATROSKA) or data[4:8] in _VIDEO_BOXES


def _by_brands(data: bytes) -> str | None:
    """AVIF and HEIC share a container, and may share even its major brand."""
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MAX_BRANDS)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, end, 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "avif"
        if brand in _HEIC_BRANDS:
            return "heic"
    return None
