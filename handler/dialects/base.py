"""The one shape of a dialect: plain values in, plain values out, no framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from handler.domain.errors import ClearcutError
from handler.domain.request import Intent
from handler.domain.result import Outcome


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request; `name` is the form field, or empty for a raw body."""

    name: str
    filename: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """
    A request of any body form, read and bounded.

    Attributes:
        headers: names in lower case.
        query: parameters of the address, in order, repeats kept.
        fields: text fields of the body; a JSON body's scalars as text, its lists and objects as JSON.
        files: file parts, or the raw body as one nameless upload.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """An answer, ready for any transport."""

    status: int
    media_type: str
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """
    One operation of a dialect.

    Attributes:
        parse: the request as a use case's input; raises CallerError.
        present: the use case's result as this dialect's answer.
        operation: the OpenAPI description.
    """

    method: str
    path: str
    parse: Callable[[Inbound], Intent]
    present: Callable[[Outcome], Outbound]
    operation: Mapping[str, Any]


class Dialect(Protocol):
    """
    A vendor's HTTP contract over the shared use cases.

    It only translates. `credential` finds the presented key, or None; the statuses and bodies of
    errors live in `present_error` and nowhere else.
    """

    @property
    def name(self) -> str:
        """The dialect's name in settings."""
        ...

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every operation, in matching order."""
        ...

    @property
    def security_schemes(self) -> Mapping[str, Any]:
        """How OpenAPI names the ways to present a key."""
        ...

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """The presented key."""
        ...

    def present_error(self, error: ClearcutError, request_id: str) -> Outbound:
        """The error in this dialect's own form."""
        ...
