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


def marked(outbound: Outbound, outcome: Outcome) -> Outbound:
    """The answer with word of whether its mattes were known, and with its name where it is a whole one."""
    if not isinstance(outcome, CutoutResult):
        return outbound
    marks = {"X-Cache": "hit" if outcome.cached else "miss"}
    if outbound.status == 200 and outcome.etag is not None:
        marks["ETag"] = outcome.etag
    return replace(outbound, headers=(*outbound.headers, *marks.items()))
