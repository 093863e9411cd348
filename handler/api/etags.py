"""Answers that a caller has already: their names in and out of a request."""

import hashlib
import re
from dataclasses import replace

from handler.api.about import VERSION
from handler.dialects.base import Inbound, Outbound, Route
from handler.domain.result import CutoutResult, Outcome

_OPAQUE = re.compile(r'"([\x21\x23-\x7e]*)"')
# A picture as text, or a list that the request's own text holds: no answer's form depends on it.
_MAX_TEXT_CHARS = 8192


def form_of(dialect: str, route: Route, inbound: Inbound) -> str:
    """Digest of what decides the form of an answer beside its pictures; another version answers anew."""
    texts = [pair for pair in (*inbound.query, *inbound.fields) if len(pair[1]) <= _MAX_TEXT_CHARS]
    files = [(upload.name, upload.filename) for upload in inbound.files]
    parts = (
        VERSION,
        dialect,
        route.method,
        route.path,
        inbound.headers.get("accept"),
        sorted(inbound.path.items()),
        texts,
        files,
        inbound.grant,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def known_etags(inbound: Inbound) -> frozenset[str]:
    """
    The names in If-None-Match; a weak one stands for the same bytes here.

    `*` names none: nobody knows of an answer that was never given.
    """
    return frozenset(f'"{name}"' for name in _OPAQUE.findall(inbound.headers.get("if-none-match", "")))


def unchanged(etag: str) -> Outbound:
    """Say that the caller has the answer."""
    return Outbound(304, "", b"", (("ETag", etag),))


def named(outbound: Outbound, outcome: Outcome) -> Outbound:
    """The answer with its name, where it is a whole one."""
    if outbound.status != 200 or not isinstance(outcome, CutoutResult) or outcome.etag is None:
        return outbound
    others = tuple(header for header in outbound.headers if header[0] != "ETag")
    return replace(outbound, headers=(*others, ("ETag", outcome.etag)))
