"""The one shape of a dialect: plain values in, plain values out, no framework."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
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
        path: the address's own parts, by the names that the route gives them.
        query: parameters of the address, in order, repeats kept.
        fields: text fields of the body; a JSON body's scalars as text, its lists and objects as JSON.
        files: file parts, or the raw body as one nameless upload.
        grant: what a single-use token allows, where one opened the route.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    path: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[Upload, ...] = ()
    grant: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outbound:
    """
    An answer, ready for any transport.

    Attributes:
        chunks: the body instead, piece by piece as it comes to be; an empty piece is a moment without any.
    """

    status: int
    media_type: str
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    chunks: Iterator[bytes] | None = field(default=None, repr=False)


SIGNED_REQUEST = "signed_request"


class Access(Enum):
    """
    What opens a route: an account's key, an address that nobody can guess, or a single-use token.

    A token is looked for in the query, then in the body, under SIGNED_REQUEST.
    """

    KEY = auto()
    ADDRESS = auto()
    TOKEN = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """
    One operation of a dialect.

    Attributes:
        path: may hold parts in braces, such as `{id}`; one that ends in a slash is served without it too.
        parse: the request as a use case's input; raises CallerError.
        present: the use case's result as this dialect's answer to the request.
        operation: the OpenAPI description.
        heavy: whether a picture is worked on; None goes by the method.
    """

    method: str
    path: str
    parse: Callable[[Inbound], Intent]
    present: Callable[[Outcome, Inbound], Outbound]
    operation: Mapping[str, Any]
    access: Access = Access.KEY
    heavy: bool | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Its spellings, the one to be shown first; a redirect between them would lose a body."""
        return (self.path, self.path[:-1]) if self.path.endswith("/") else (self.path,)

    @property
    def takes_place(self) -> bool:
        """Whether the route waits for its turn among the pictures; a method that only looks does not."""
        return self.method == "POST" if self.heavy is None else self.heavy


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
