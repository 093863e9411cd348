"""A dialect's options as one table that the reader, the refusals and OpenAPI share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from handler.domain.errors import InvalidParameterError

T = TypeVar("T")
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Generic[T]):
    """
    One named option.

    Attributes:
        read: the value of a text; raises ValueError where the text is not taken.
        expected: ends the sentence "Expected ... for NAME".
        default: what an absent parameter means.
        aliases: other names for it.
        max_chars: longer texts are refused before anything looks for a pattern in them.
    """

    name: str
    read: Callable[[str], T]
    expected: str
    default: T
    schema: Mapping[str, Any]
    description: str
    aliases: tuple[str, ...] = ()
    max_chars: int = 200

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it goes by, its own first."""
        return (self.name, *self.aliases)


Table = Sequence[Parameter[Any]]


@dataclass(frozen=True, slots=True)
class Values:
    """
    What a request gives each parameter of a table, defaults filled in.

    Attributes:
        texts: the parameters that were given, under their own names, as they were written.
    """

    texts: Mapping[str, str]
    _read: Mapping[str, Any] = field(repr=False)
    _called: Mapping[str, str] = field(repr=False)

    def __getitem__(self, parameter: Parameter[T]) -> T:
        return cast("T", self._read[parameter.name])

    def __contains__(self, parameter: Parameter[Any]) -> bool:
        return parameter.name in self.texts

    def refusal(self, parameter: Parameter[Any], expected: str) -> InvalidParameterError:
        """The refusal of a parameter that was given, under the name that it was given by."""
        name = parameter.name
        return InvalidParameterError(self._called[name], expected, self.texts[name])


def names_of(table: Table) -> tuple[str, ...]:
    """Every name in the table, aliases too."""
    return tuple(name for parameter in table for name in parameter.names)


def read_parameters(table: Table, given: Pairs) -> Values:
    """The table's values out of name and text pairs; other names are left to the dialect."""
    by_name = {name: parameter for parameter in table for name in parameter.names}
    texts: dict[str, str] = {}
    called: dict[str, str] = {}
    read: dict[str, Any] = {parameter.name: parameter.default for parameter in table}
    for name, text in given:
        parameter = by_name.get(name)
        if parameter is None:
            continue
        if parameter.name in texts:
            raise InvalidParameterError(name, "one value", "several")
        texts[parameter.name], called[parameter.name] = text, name
        read[parameter.name] = _value(parameter, name, text.strip())
    return Values(texts, read, called)


def _value(parameter: Parameter[T], name: str, text: str) -> T:
    try:
        if len(text) > parameter.max_chars:
            raise ValueError(parameter.max_chars)  # noqa: TRY301 - one refusal for both
        return parameter.read(text)
    except ValueError as error:
        raise InvalidParameterError(name, parameter.expected, text or "an empty value") from error
