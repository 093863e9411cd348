"""What is remembered of pictures, and what becomes of it when it is not what it was."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from handler.domain.errors import StoreUnavailableError
from handler.domain.image import Box, Matte, Review
from handler.domain.request import DEFAULT_CUT, Cut, Edge, Length, Quality, Region, SourceAlpha, Subject
from handler.services.mattes import SHUNNED_SECONDS, Mattes, matte_name
from tests.backends import open_local
from tests.unit.services.conftest import HandClock

MATTE = Matte(
    alpha=np.arange(48, dtype=np.uint8).reshape(6, 8),
    box=Box(3, 5, 80, 60),
    model="a@0123",
    confidence=0.1 + 0.2,
    ambiguous_ratio=1 / 3,
    review=(Review.UNSURE, Review.TOUCHES_BORDER),
)
NAME = matte_name("org_a", "5e", "a@0123", DEFAULT_CUT)
OTHER = matte_name("org_b", "5e", "a@0123", DEFAULT_CUT)


class Broken:
    """A store that is down, and slow to say so."""

    def __init__(self) -> None:
        self.asked = 0

    def fail(self, *_: object) -> None:
        """Do nothing that is asked."""
        self.asked += 1
        raise StoreUnavailableError

    put = get = size = fail


def test_a_matte_comes_back_exactly(tmp_path: Path) -> None:
    """Every field of it, the last digit included."""
    mattes = Mattes(open_local(tmp_path).objects)
    mattes.keep(NAME, MATTE)
    found = mattes.find(NAME)

    assert found is not None
    np.testing.assert_array_equal(MATTE.alpha, found.alpha)
    others = [field.name for field in fields(Matte) if field.name != "alpha"]
    assert [getattr(MATTE, name) for name in others] == [getattr(found, name) for name in others]
    assert (True, False) == (mattes.has(NAME), mattes.has(OTHER))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: b"",
        lambda kept: kept[:-1],
        lambda kept: kept + b"\0",
        lambda kept: kept[:-5] + bytes([kept[-5] ^ 1]) + kept[-4:],
        lambda kept: kept.replace(b"matte 1", b"matte 0", 1),
        lambda kept: b"\x89PNG\r\n\x1a\n" * 100,
    ],
)
def test_what_is_not_as_it_was_written_is_not_there(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """Broken, cut short, or of another time."""
    objects = open_local(tmp_path).objects
    mattes = Mattes(objects)
    mattes.keep(NAME, MATTE)
    objects.put(NAME, spoil(objects.get(NAME) or b""), "")

    assert mattes.find(NAME) is None


def test_one_accounts_matte_is_not_anothers(tmp_path: Path) -> None:
    """Not even where its bytes lie under the other's name."""
    objects = open_local(tmp_path).objects
    mattes = Mattes(objects)
    mattes.keep(NAME, MATTE)
    objects.put(OTHER, objects.get(NAME) or b"", "")

    assert mattes.find(NAME) is not None
    assert mattes.find(OTHER) is None


def test_a_store_that_is_down_is_a_store_without_mattes() -> None:
    """Nobody's request fails for it, and few have to wait for it: it is asked again after a while."""
    store, clock = Broken(), HandClock()
    mattes = Mattes(store, clock)  # type: ignore[arg-type] # as much of a store as is asked for
    for _ in range(2):
        mattes.keep(NAME, MATTE)
        assert (None, False) == (mattes.find(NAME), mattes.has(NAME))
        assert 1 == store.asked
    clock.now += SHUNNED_SECONDS

    assert mattes.find(NAME) is None
    assert 2 == store.asked


def test_every_option_that_decides_the_matte_decides_its_name() -> None:
    """And so do the account, the picture and the model; how the edge is treated later does not."""
    region = Region(Length(0), Length(0), Length(50), Length(50))
    cuts = [
        DEFAULT_CUT,
        Cut(quality=Quality.HIGH),
        Cut(subject=Subject.CAR),
        Cut(region=region),
        Cut(region=replace(region, right=Length(50, percent=True))),
        Cut(source_alpha=SourceAlpha.IGNORE),
    ]
    names = [matte_name("org_a", "5e", "a@0123", cut) for cut in cuts]
    names += [
        OTHER,
        matte_name("org_a", "5f", "a@0123", DEFAULT_CUT),
        matte_name("org_a", "5e", "b", DEFAULT_CUT),
    ]

    assert len(names) == len(set(names))
    assert NAME == matte_name("org_a", "5e", "a@0123", Cut(edge=Edge(shift=3, feather=2, binary=True)))
