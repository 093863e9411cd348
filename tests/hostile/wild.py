"""Random requests to any route of any dialect, the same for the same seed."""

from dataclasses import replace
from functools import cache

import numpy as np

from tests.hostile.attacks import FILENAMES, WORDS, every
from tests.hostile.endpoints import FORM, Endpoint, endpoints
from tests.hostile.mutations import Random, damaged
from tests.hostile.pictures import PLAIN_FORMATS, plain
from tests.hostile.probes import Message, file_part

MOST_FIELDS = 5


@cache
def _endpoints() -> tuple[Endpoint, ...]:
    return tuple(endpoints())


@cache
def _attacks(place: int) -> tuple[Message, ...]:
    return tuple(message for _, message in every(_endpoints()[place]))


def wild(seed: int) -> tuple[Endpoint, Message]:
    """One of the attacks as it is, or several words at once, or either of them damaged."""
    random = np.random.default_rng(seed)
    place = int(random.integers(len(_endpoints())))
    endpoint = _endpoints()[place]
    kind = int(random.integers(4))
    attacks = _attacks(place)
    message = _words(random, endpoint) if kind else attacks[int(random.integers(len(attacks)))]
    return endpoint, replace(message, body=damaged(random, message.body)) if kind == 1 else message


def _words(random: Random, endpoint: Endpoint) -> Message:
    forms = (*endpoint.bodies, FORM)
    names = (*endpoint.names, *(name for names in endpoint.inner.values() for name in names), "other")
    pairs = [
        (_one(random, names), _one(random, WORDS)) for _ in range(int(random.integers(1, MOST_FIELDS + 1)))
    ]
    in_query = int(random.integers(len(pairs) + 1)) if random.integers(2) else 0
    content_type = forms[int(random.integers(len(forms)))]
    return endpoint.message(content_type, pairs[in_query:], pairs[:in_query], _files(random, endpoint))


def _files(random: Random, endpoint: Endpoint) -> list[bytes]:
    """Pictures of any kind under any of its names; mostly one."""
    if not endpoint.files:
        return []
    pictures = [plain(_one(random, PLAIN_FORMATS)) for _ in range(1 if random.integers(4) else 2)]
    return [file_part(picture, _one(random, endpoint.files), _one(random, FILENAMES)) for picture in pictures]


def _one(random: Random, words: tuple[str, ...]) -> str:
    return words[int(random.integers(len(words)))]
