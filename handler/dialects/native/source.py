"""Finding the one picture in a request."""

import base64
import binascii
import re

from handler.dialects.base import Inbound
from handler.domain.errors import InvalidParameterError, MissingImageError, MultipleImagesError
from handler.domain.request import ImageUrl

FILE_NAMES = ("image_file", "file")
URL_NAMES = ("image_url", "url")
BASE64_NAME = "image_b64"
# A file field's name that comes as text is a caller's slip, which deserves its own words.
TEXT_NAMES = (*FILE_NAMES, *URL_NAMES, BASE64_NAME)
RAW_NAME = ""
_DATA_PREFIX = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_HINT = (
    "Send the picture as multipart/form-data in the field 'image_file', as JSON in 'image_b64', as a raw "
    "body, or its address in 'image_url'"
)


def read_source(inbound: Inbound) -> bytes | ImageUrl:
    """Give the request's only picture, or where it is to be had."""
    files = [upload for upload in inbound.files if upload.name in (*FILE_NAMES, RAW_NAME)]
    texts = [(name, text) for name, text in (*inbound.query, *inbound.fields) if name in TEXT_NAMES]
    if len(files) + len(texts) > 1:
        raise MultipleImagesError(f"Send one of {', '.join(TEXT_NAMES)}")
    if files:
        return _not_empty(files[0].data, files[0].name or "body")
    if texts:
        return _read_text(*texts[0])
    if inbound.files:
        raise MissingImageError(f"A file came in the field '{inbound.files[0].name[:50]}'. {_HINT}")
    raise MissingImageError(_HINT)


def _read_text(name: str, text: str) -> bytes | ImageUrl:
    if name in URL_NAMES:
        if not text.strip():
            raise MissingImageError(f"The address in '{name}' is empty")
        return ImageUrl(text.strip())
    if name == BASE64_NAME:
        return _not_empty(_decode(text), BASE64_NAME)
    raise MissingImageError(f"'{name}' came as text, not as a file; with curl, write -F '{name}=@photo.jpg'")


def _not_empty(data: bytes, where: str) -> bytes:
    if not data:
        raise MissingImageError(f"The picture in '{where}' has no bytes")
    return data


def _decode(text: str) -> bytes:
    prefix = _DATA_PREFIX.match(text)
    body = "".join(text[prefix.end() if prefix else 0 :].split())
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterError(BASE64_NAME, "base64 of a picture", "text that is not base64") from error
