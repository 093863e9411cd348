"""Finding the one picture in a request."""

import base64
import binascii
import re

from handler.dialects.base import Inbound
from handler.domain.errors import InvalidParameterError, MissingImageError, MultipleImagesError

FILE_NAMES = ("image_file", "file")
BASE64_NAME = "image_b64"
NAMES = (*FILE_NAMES, BASE64_NAME)
RAW_NAME = ""
_DATA_PREFIX = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_HINT = (
    "Send the picture as multipart/form-data in the field 'image_file', as JSON in 'image_b64', or as a raw body"
)


def read_source(inbound: Inbound) -> bytes:
    """Give the bytes of the request's only picture."""
    files = [upload for upload in inbound.files if upload.name in (*FILE_NAMES, RAW_NAME)]
    texts = [(name, text) for name, text in (*inbound.query, *inbound.fields) if name in NAMES]
    encoded = [text for name, text in texts if name == BASE64_NAME]
    if len(files) + len(encoded) > 1:
        raise MultipleImagesError(f"Send one of {', '.join(NAMES)}")
    if files:
        return _not_empty(files[0].data, files[0].name or "body")
    if encoded:
        return _not_empty(_decode(encoded[0]), BASE64_NAME)
    if texts:
        name = texts[0][0]
        raise MissingImageError(
            f"'{name}' came as text, not as a file; with curl, write -F '{name}=@photo.jpg'"
        )
    if inbound.files:
        raise MissingImageError(f"A file came in the field '{inbound.files[0].name[:50]}'. {_HINT}")
    raise MissingImageError(_HINT)


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
