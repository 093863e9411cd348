"""
One strict reading of an address.

Attacks live where two readers of one text differ, so what browsers would mend is refused here: shortened,
octal and hexadecimal numbers for hosts, letters that fold into others, user names, backslashes, line ends.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from handler.domain.errors import ImageUrlForbiddenError, ImageUrlInvalidError, RedirectNowhereError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_CHARS = 8000
MAX_HOST_CHARS = 253
DEFAULT_PORTS = {"http": 80, "https": 443}
# Without re.ASCII a case-blind pattern takes the long s for an s and the Kelvin sign for a k.
_FORM = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(
    r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::([1-9][0-9]{0,4}))?", re.IGNORECASE | re.ASCII
)
_LABEL = re.compile(r"[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z_])?", re.ASCII)
# What the C library and browsers take for the end of an IPv4 address in one of its many spellings.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_SAFE_IN_PATHS = "%/:;?@!$&'()*+,=~[]"


@dataclass(frozen=True, slots=True)
class Host:
    """A host in its one spelling; `literal` is set where it is an address itself."""

    name: str
    literal: IPAddress | None = None

    @property
    def in_brackets(self) -> str:
        """The host as headers and addresses spell it."""
        return f"[{self.name}]" if isinstance(self.literal, ipaddress.IPv6Address) else self.name


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to ask for there."""

    scheme: str
    host: Host
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        usual = self.port == DEFAULT_PORTS[self.scheme]
        return self.host.in_brackets if usual else f"{self.host.in_brackets}:{self.port}"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A host that may be fetched from though it is not public; without a port, on the usual ones."""

    host: Host
    port: int | None

    def covers(self, target: Target) -> bool:
        """Whether the target is this very host."""
        ports = DEFAULT_PORTS.values() if self.port is None else (self.port,)
        return self.host == target.host and target.port in ports


def read_target(text: str) -> Target:
    """Read what a caller wrote, or refuse it."""
    if len(text) > MAX_CHARS:
        raise ImageUrlInvalidError(f"An address has at most {MAX_CHARS} characters")
    if not text.isprintable() or " " in text or "\\" in text:
        raise ImageUrlInvalidError("An address has no spaces, backslashes or control characters")
    form = _FORM.fullmatch(text)
    if form is None:
        raise ImageUrlInvalidError("An address begins with http:// or https://")
    scheme, authority, rest = form[1].lower(), form[2], form[3]
    if "@" in authority:
        raise ImageUrlInvalidError("An address has no user name or password")
    host, port = _read_authority(authority)
    path = quote(rest if rest.startswith("/") else f"/{rest}", safe=_SAFE_IN_PATHS)
    return Target(scheme, host, port or DEFAULT_PORTS[scheme], path)


def follow(target: Target, location: str) -> Target:
    """Read where a target redirects to; `location` is a header, decoded byte for byte."""
    if not location:
        raise RedirectNowhereError("The address redirects without saying where to")
    written = quote(location, safe=f"{_SAFE_IN_PATHS}#\\", encoding="latin-1")
    try:
        found = read_target(_joined(target, written))
    except ImageUrlInvalidError as error:
        raise ImageUrlForbiddenError("The address redirects to one that is not allowed") from error
    if target.scheme == "https" and found.scheme == "http":
        raise ImageUrlForbiddenError("The address redirects from https to http")
    return found


def _joined(target: Target, reference: str) -> str:
    # Only paths are joined by the library, which would mend the rest.
    if _SCHEME.match(reference):
        return reference
    if reference.startswith("//"):
        return f"{target.scheme}:{reference}"
    return urljoin(f"{target.scheme}://{target.authority}{target.path}", reference)


def read_exemptions(text: str) -> tuple[Exemption, ...]:
    """Read hosts, each `host` or `host:port`, parted by commas; raises ValueError."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    try:
        return tuple(Exemption(*_read_authority(entry)) for entry in entries)
    except ImageUrlInvalidError as error:
        raise ValueError(f"expected hosts, each host or host:port, parted by commas: {error}") from error


def _read_authority(text: str) -> tuple[Host, int | None]:
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise ImageUrlInvalidError(
            "The host is not spelled plainly: a-z, 0-9, hyphens and dots, other letters in their xn-- form"
        )
    bracketed, name, port_text = parts[1], parts[2], parts[3]
    port = int(port_text) if port_text else None
    if port is not None and port > 65535:
        raise ImageUrlInvalidError("There is no such port")
    host = _read_ipv6(bracketed) if bracketed else _read_name(name.lower())
    return host, port


def _read_ipv6(text: str) -> Host:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError as error:
        raise ImageUrlInvalidError("The host in brackets is not an IPv6 address") from error
    return Host(str(address), address)


def _read_name(name: str) -> Host:
    labels = name.split(".")
    if len(name) > MAX_HOST_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ImageUrlInvalidError("The host is not a name: 1 to 63 signs between dots, none at the end")
    if not _NUMBER.fullmatch(labels[-1]):
        return Host(name)
    try:
        address = ipaddress.IPv4Address(name)
    except ValueError as error:
        raise ImageUrlInvalidError("An IPv4 address is four decimal numbers without leading zeros") from error
    return Host(str(address), address)
