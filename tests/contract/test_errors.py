"""Every error in every dialect: a table without a hole."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from handler.dialects import DIALECTS
from handler.dialects.base import Dialect
from handler.domain import errors

REQUEST_ID = "req_0123456789012345678901"


def kinds(kind: type[errors.ClearcutError] = errors.ClearcutError) -> Iterator[type[errors.ClearcutError]]:
    """Every error that may be raised: whatever has a code, whether or not others are made from it."""
    if hasattr(kind, "code"):
        yield kind
    for child in kind.__subclasses__():
        yield from kinds(child)


def made(kind: type[errors.ClearcutError]) -> errors.ClearcutError:
    """An error of a kind, whatever its constructor takes."""
    arguments: dict[type[errors.ClearcutError], tuple[Any, ...]] = {
        errors.InvalidParameterError: ("size", "a size", "x"),
        errors.RegionEmptyError: ("0 0 0 0",),
        errors.RegionOutOfBoundsError: ("0 0 9 9",),
        errors.MethodNotAllowedError: (("POST",),),
        errors.RateLimitExceededError: (20, 3, 1),
        errors.IdempotencyInProgressError: (2,),
    }
    taken = next((arguments[parent] for parent in kind.__mro__ if parent in arguments), ("details",))
    return kind(*taken)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", tuple(dict.fromkeys(kinds())), ids=repr)
def test_every_error_has_an_answer_in_every_dialect(
    kind: type[errors.ClearcutError], dialect: Dialect
) -> None:
    """A code that a dialect does not know would become a 500."""
    error = made(kind)

    answer = dialect.present_error(error, REQUEST_ID)

    caller_is_wrong = isinstance(error, errors.CallerError)
    # What is not served is no failure: the caller asks for something else.
    assert caller_is_wrong == (400 <= answer.status < 500 or answer.status == 501)
    assert answer.media_type == "application/json"
    assert json.loads(answer.body)
    wait = error.retry_after_seconds
    assert (None if wait is None else str(wait)) == dict(answer.headers).get("Retry-After")
