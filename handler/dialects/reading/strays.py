"""What a request holds besides a dialect's own names."""

import re
from collections.abc import Collection
from dataclasses import replace

from handler.dialects.base import Inbound
from handler.domain.errors import InvalidParameterError

MAX_NAMED = 20
MAX_NAME_CHARS = 50
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\[\]-]")


def without_blanks(inbound: Inbound) -> Inbound:
    """The request without fields that hold nothing, which many vendors' clients send for their defaults."""
    return replace(
        inbound,
        query=tuple(pair for pair in inbound.query if pair[1].strip()),
        fields=tuple(pair for pair in inbound.fields if pair[1].strip()),
        files=tuple(upload for upload in inbound.files if upload.data or upload.filename),
    )


def strays(inbound: Inbound, known: Collection[str]) -> tuple[str, ...]:
    """Names in the request that are not among these, each once, in order."""
    names = [name for name, _ in (*inbound.query, *inbound.fields)]
    names += [upload.name for upload in inbound.files]
    return tuple(dict.fromkeys(name for name in names if name not in known))


def refuse_strays(inbound: Inbound, known: Collection[str]) -> None:
    """Refuse what nobody knows by its name."""
    for name in strays(inbound, known):
        listed = ", ".join(name for name in known if name)
        raise InvalidParameterError(name, f"one of {listed}", "an unknown parameter")


def ignored_header(inbound: Inbound, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Tell a vendor's client which of its parameters had no meaning; nothing where all had one."""
    names = [_UNSAFE.sub("?", name[:MAX_NAME_CHARS]) for name in strays(inbound, known) if name]
    return (("X-Ignored-Parameters", ", ".join(names[:MAX_NAMED])),) if names else ()
