"""What a careful look does beyond a plain one."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from handler.domain.errors import NoSubjectError
from handler.domain.image import Bytes, Floats, Matte, Picture
from handler.domain.request import Cut, Quality
from handler.pipeline.matte import predict
from handler.pipeline.matte.doubt import without_haze
from handler.pipeline.matte.review import LEAST_CONFIDENCE

HIGH = Cut(quality=Quality.HIGH)


@dataclass
class Dreamer:
    """
    A model that sees what is red, where that fills a hundredth of its view.

    Else it dreams of the green, at its own size and no other. The blue is a pattern that it takes for the
    subject wherever it sees it at its own size or larger, half believing it.
    """

    label: str = "dreamer@000000000000"
    input_size: tuple[int, int] = (512, 512)
    looks: list[Bytes] = field(default_factory=list)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return round(self.input_size[0] * scale), round(self.input_size[1] * scale)

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha as bright as the colour that counts."""
        self.looks.append(rgb)
        red, green, blue = (rgb[..., channel] * np.float32(1 / 255) for channel in range(3))
        if float(blue.max()) > 0.9 and len(rgb) >= self.input_size[1]:
            return np.asarray(np.maximum(blue * np.float32(0.7), red * np.float32(0.6)))
        if float(red.mean()) > 0.01:
            return red
        return green if len(rgb) == self.input_size[1] else np.zeros_like(green)


class Starer(Dreamer):
    """One that takes a single size."""

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every scale."""
        return self.input_size


class Fickle(Dreamer):
    """One that sees a thing in another place at every size, and none at all in parts."""

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of the thing, clearest at the second look."""
        self.looks.append(rgb)
        alpha = np.zeros(rgb.shape[:2], np.float32)
        at, clear = {1: (1, 0.9), 2: (4, 1), 3: (7, 0.9)}.get(len(self.looks), (0, 0))
        side = len(rgb) // 9
        alpha[at * side :, at * side :][:side, :side] = clear
        return alpha


def scene(red: tuple[slice, slice], green: float = 0.0) -> Picture:
    """A red thing before a ground that is more or less green."""
    rgb = np.zeros((1000, 1000, 3), np.uint8)
    rgb[200:800, 200:800, 1] = round(255 * green)
    rgb[red] = (255, 0, 0)
    return Picture(rgb, None, 1000, 1000, "png")


def shown(matte: Matte) -> Bytes:
    """The matte where it counts as subject, one byte for ten pixels of the picture."""
    whole = np.zeros((1000, 1000), np.uint8)
    rows = np.arange(matte.box.height) * matte.alpha.shape[0] // matte.box.height
    columns = np.arange(matte.box.width) * matte.alpha.shape[1] // matte.box.width
    top, left = matte.box.top, matte.box.left
    whole[top : top + matte.box.height, left : left + matte.box.width] = matte.alpha[rows][:, columns]
    return whole[5::10, 5::10]


@pytest.mark.parametrize("quality", [Quality.LOW, Quality.MEDIUM])
def test_a_plain_look_is_one_look(quality: Quality) -> None:
    """What is clear is taken for what it is, also where a thing was missed."""
    model = Dreamer()
    predict(scene(np.s_[300:340, 300:340], green=1.0), model, Cut(quality=quality))
    assert 1 == len(model.looks)


@pytest.mark.parametrize(("quality", "expected"), [(Quality.LOW, 0), (Quality.MEDIUM, 255)])
def test_medium_searches_where_it_sees_hardly_more_than_haze(quality: Quality, expected: int) -> None:
    """The haze covers the middle; the thing lies beside it."""
    picture = scene(np.s_[120:180, 700:760], green=0.6)
    assert expected == shown(predict(picture, Dreamer(), Cut(quality=quality)))[13:17, 71:75].max()


def test_what_is_large_and_clear_is_looked_at_from_three_distances() -> None:
    """At the model's size, from further away and from nearer; all of it is in the matte."""
    model = Dreamer()
    matte = predict(scene(np.s_[250:800, 200:750]), model, HIGH)
    assert [512, 384, 640] == [len(seen) for seen in model.looks]
    assert (0, 0, 1000, 1000) == (matte.box.left, matte.box.top, matte.box.width, matte.box.height)
    assert (512, 512) == matte.alpha.shape


def test_a_model_of_one_size_looks_once_at_what_is_large_and_clear() -> None:
    """The same look again would tell nothing."""
    model = Starer()
    predict(scene(np.s_[250:800, 200:750]), model, HIGH)
    assert 1 == len(model.looks)


def test_where_the_looks_are_of_different_minds_the_clearest_thing_of_any_part_is_the_subject() -> None:
    """From one distance the whole picture shows haze, else nothing; one corner of it shows a thing."""
    picture = scene(np.s_[120:180, 700:760], green=0.6)
    expected = (picture.rgb[5::10, 5::10, 0] > 0).astype(np.uint8) * 255
    np.testing.assert_array_equal(expected, shown(predict(picture, Dreamer(), HIGH)))


def test_a_thing_that_nothing_was_seen_of_is_found() -> None:
    """Where the plain look would say that there is no subject."""
    picture = scene(np.s_[120:180, 700:760])
    with pytest.raises(NoSubjectError):
        predict(picture, Dreamer())
    assert shown(predict(picture, Dreamer(), HIGH)).any()


def test_a_small_thing_is_seen_closer() -> None:
    """The matte covers the thing and some room, so that every pixel of the model's tells more."""
    box = predict(scene(np.s_[400:600, 400:600]), Dreamer(), HIGH).box
    assert 200 < box.width < 350
    assert 200 < box.height < 350
    assert box.left < 400
    assert box.left + box.width > 600


def test_where_the_looks_agree_no_part_is_searched() -> None:
    """What is small is then only seen closer."""
    model = Dreamer()
    predict(scene(np.s_[400:600, 400:600]), model, HIGH)
    assert 3 + 1 == len(model.looks)


def test_a_clear_look_counts_for_more_than_hazy_ones() -> None:
    """Lines on a thing are the thing's, not the subject, though most looks half believe in them."""
    picture = scene(np.s_[250:750, 250:750])
    picture.rgb[300:700:25, 300:700, 2] = 255
    picture.rgb[300:700:25, 300:700, 0] = 0
    assert 255 == int(np.median(shown(predict(picture, Dreamer(), HIGH))[30:70, 30:70]))


def test_what_only_one_look_sees_is_less_certain() -> None:
    """However clear that one is, a person is to look."""
    sure = predict(scene(np.s_[250:750, 250:750]), Dreamer(), HIGH)
    torn = predict(scene(np.s_[300:340, 300:340], green=1.0), Dreamer(), HIGH)
    assert sure.confidence > 0.9
    assert torn.confidence < LEAST_CONFIDENCE


def test_where_no_two_looks_see_the_same_the_clearest_is_believed() -> None:
    """Their mean would be less than half a subject anywhere, and no part shows any of them."""
    matte = predict(scene(np.s_[0:0, 0:0]), Fickle(), HIGH)
    rows, columns = np.nonzero(shown(matte))
    assert (44, 44, 54, 54) == (rows.min(), columns.min(), rows.max(), columns.max())


def test_nothing_at_all_is_still_nothing() -> None:
    """However careful the look."""
    with pytest.raises(NoSubjectError):
        predict(scene(np.s_[0:0, 0:0]), Dreamer(), HIGH)


def test_haze_is_decided_and_edges_are_kept() -> None:
    """What is nowhere sharp becomes subject or background; a soft rim stays as soft as it was."""
    alpha = np.zeros((256, 256), np.float32)
    alpha[:, 40:100] = 0.6
    alpha[:, 180:] = 1
    alpha[:, 174:180] = np.linspace(0, 1, 8)[1:-1]
    cleared = without_haze(alpha)
    assert [1, 1] == [cleared[128, 60], cleared[128, 80]]
    assert np.abs(cleared[128, 174:180] - alpha[128, 174:180]).max() < 0.15
