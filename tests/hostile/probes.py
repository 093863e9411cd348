"""A request that is meant to be refused, and what may be said of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

BOUNDARY = "frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
DAMAGED = frozenset({"unreadable_image", "unsupported_format"})
INVALID = frozenset({"validation_error"})


@dataclass(frozen=True, slots=True)
class Message:
    """One request's bytes; the key is added on the way unless the headers bring their own."""

    body: bytes = field(default=b"", repr=False)
    content_type: str | None = MULTIPART
    method: str = "POST"
    target: str = "/v1/remove"
    headers: tuple[tuple[str, str], ...] = ()
    authorised: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """
    A named message and the codes that it may be refused with.

    Attributes:
        make: called by the test, so that collecting the tests makes no pictures.
        statuses: every refusal of bad input is a 400 where nothing else is said.
    """

    name: str
    make: Callable[[], Message] = field(repr=False)
    codes: frozenset[str] = INVALID
    statuses: frozenset[int] = frozenset({400})


def part(data: bytes, *lines: str) -> bytes:
    """One part of a multipart body under any header lines."""
    return (
        f"--{BOUNDARY}\r\n".encode()
        + "".join(f"{line}\r\n" for line in lines).encode()
        + b"\r\n"
        + data
        + b"\r\n"
    )


def file_part(data: bytes, name: str = "image_file", filename: str = "photo.jpg") -> bytes:
    """A part that is a file."""
    disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return part(data, disposition, "Content-Type: image/jpeg")


def field_part(name: str, value: str) -> bytes:
    """A part that is a text field."""
    return part(value.encode(), f'Content-Disposition: form-data; name="{name}"')


def form(*parts: bytes) -> bytes:
    """A whole multipart body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def upload(picture: bytes, fields: Sequence[tuple[str, str]] = ()) -> Message:
    """A picture as any client sends it."""
    return Message(form(*(field_part(name, value) for name, value in fields), file_part(picture)))


def raw(picture: bytes, content_type: str = "image/jpeg", query: str = "") -> Message:
    """A picture as the whole body."""
    return Message(picture, content_type, target=f"/v1/remove{query}")


def json_message(content: object) -> Message:
    """A JSON body."""
    return Message(json.dumps(content).encode(), "application/json")


def named(probes: Sequence[Probe]) -> Mapping[str, Probe]:
    """Probes by name, each name once."""
    found = {probe.name: probe for probe in probes}
    if len(found) != len(probes):
        raise ValueError("two probes have the same name")
    return found
