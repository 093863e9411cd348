"""Random damage, the same for the same seed."""

import json
from collections.abc import Callable, Sequence

import numpy as np

from tests.hostile.pictures import PLAIN_FORMATS, plain
from tests.hostile.probes import MULTIPART, Message, field_part, file_part, form, raw

Random = np.random.Generator
# Lengths and counts at which readers tend to slip.
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
WORDS = ("format", "png", "crop", "true", "size", "full", "bg_color", "#fff", "channels", "\0", "é", "%", "")


def _place(random: Random, data: bytes) -> int:
    return int(random.integers(len(data) + 1))


def flip(random: Random, data: bytes) -> bytes:
    """Turn over a few bits."""
    damaged = bytearray(data)
    for at in random.integers(0, max(1, len(data)), random.integers(1, 32)) if data else ():
        damaged[at] ^= 1 << int(random.integers(8))
    return bytes(damaged)


def cut(random: Random, data: bytes) -> bytes:
    """Lose the end."""
    return data[: _place(random, data)]


def drop(random: Random, data: bytes) -> bytes:
    """Lose a piece in the middle."""
    at = _place(random, data)
    return data[:at] + data[at + int(random.integers(1, 200)) :]


def repeat(random: Random, data: bytes) -> bytes:
    """Say a piece many times."""
    at = _place(random, data)
    piece = data[at : at + int(random.integers(1, 200))]
    return data[:at] + piece * int(random.integers(2, 500)) + data[at:]


def insert(random: Random, data: bytes) -> bytes:
    """Put noise in."""
    at = _place(random, data)
    return data[:at] + random.bytes(int(random.integers(1, 64))) + data[at:]


def overwrite(random: Random, data: bytes) -> bytes:
    """Put a number there that a length or a count should not be."""
    at, width = _place(random, data), (1, 2, 4)[int(random.integers(3))]
    edge = EDGES[int(random.integers(len(EDGES)))] & (0xFF, 0xFFFF, 0xFFFFFFFF)[width // 2]
    return data[:at] + edge.to_bytes(width, "big" if random.integers(2) else "little") + data[at + width :]


DAMAGES: Sequence[Callable[[Random, bytes], bytes]] = (flip, cut, drop, repeat, insert, overwrite)


def damaged(random: Random, data: bytes) -> bytes:
    """The data after one to four kinds of damage."""
    for _ in range(int(random.integers(1, 5))):
        data = DAMAGES[int(random.integers(len(DAMAGES)))](random, data)
    return data


def _word(random: Random) -> str:
    return WORDS[int(random.integers(len(WORDS)))]


def _picture(random: Random) -> bytes:
    return plain(PLAIN_FORMATS[int(random.integers(len(PLAIN_FORMATS)))])


def damaged_picture(random: Random) -> Message:
    """A sound form around a damaged picture."""
    return Message(form(file_part(damaged(random, _picture(random)))))


def damaged_form(random: Random) -> Message:
    """A damaged form around a sound picture and some words."""
    fields = [field_part(_word(random), _word(random)) for _ in range(int(random.integers(4)))]
    return Message(damaged(random, form(*fields, file_part(_picture(random)))), MULTIPART)


def damaged_json(random: Random) -> Message:
    """Damaged JSON."""
    content = {_word(random): _word(random) for _ in range(int(random.integers(4)))}
    text = json.dumps({"image_b64": "iVBORw0KGgo=", **content}).encode()
    return Message(damaged(random, text), "application/json")


def damaged_query(random: Random) -> Message:
    """A sound picture with words for parameters."""
    pairs = [f"{_word(random)}={_word(random)}" for _ in range(int(random.integers(1, 5)))]
    safe = "&".join(pairs).encode("ascii", "replace").replace(b"\0", b"%00").replace(b"#", b"%23")
    return raw(_picture(random), "image/jpeg", f"?{safe.decode()}")


MESSAGES: Sequence[Callable[[Random], Message]] = (
    damaged_picture,
    damaged_picture,
    damaged_form,
    damaged_json,
    damaged_query,
)


def message(seed: int) -> Message:
    """The message of a seed."""
    random = np.random.default_rng(seed)
    return MESSAGES[int(random.integers(len(MESSAGES)))](random)
