"""What the model is shown and what its answer is taken for."""

import tracemalloc
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from handler.domain.errors import NoSubjectError, RegionEmptyError, RegionOutOfBoundsError
from handler.domain.image import Box, Bytes, Floats, Picture
from handler.domain.request import Cut, Length, Region, SourceAlpha
from handler.inference.catalogue import read_catalogue
from handler.inference.onnx import OnnxMattingModel
from handler.pipeline.matte import predict
from handler.pipeline.refine import refine
from tests.fakes import FakeModel
from tests.images import photo


@dataclass
class Witness:
    """A model that keeps what it was shown and always answers the same."""

    answer: float | Floats
    label: str = "witness@000000000000"
    input_size: tuple[int, int] = (32, 32)
    shown: list[Bytes] = field(default_factory=list)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """The same alpha every time, in every row."""
        self.shown.append(rgb)
        return np.broadcast_to(np.asarray(self.answer, np.float32), (32, 32))


def picture_of(rgb: Bytes) -> Picture:
    """A picture with nothing else to say."""
    return Picture(rgb, None, rgb.shape[1], rgb.shape[0], "png")


def test_the_whole_picture_is_squeezed_to_the_models_size() -> None:
    """The left half stays left and the right half right, whatever the shape."""
    rgb = np.zeros((40, 200, 3), np.uint8)
    rgb[:, 100:] = 255
    model = Witness(1.0)
    predict(picture_of(rgb), model)
    shown = model.shown[0]
    assert (32, 32, 3) == shown.shape
    assert int(shown[:, :15].max()) == 0
    assert int(shown[:, 17:].min()) == 255


def test_shrinking_averages_what_it_cannot_show() -> None:
    """One-pixel stripes become grey, not a chance of black or white."""
    rgb = np.zeros((320, 320, 3), np.uint8)
    rgb[:, ::2] = 255
    model = Witness(1.0)
    predict(picture_of(rgb), model)
    assert np.abs(model.shown[0][:, 1:-1].astype(int) - 127).max() <= 4


def test_a_picture_of_the_models_size_is_shown_untouched() -> None:
    """No resampling where none is needed."""
    rgb = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    model = Witness(1.0)
    predict(picture_of(rgb), model)
    np.testing.assert_array_equal(rgb, model.shown[0])


def test_a_matte_carries_the_models_name() -> None:
    """What really ran can be told later."""
    assert predict(picture_of(np.zeros((50, 50, 3), np.uint8)), FakeModel()).model == FakeModel().label


def test_faint_doubt_everywhere_is_no_subject() -> None:
    """A blank picture is refused instead of answered with a ghost."""
    with pytest.raises(NoSubjectError):
        predict(picture_of(np.zeros((50, 50, 3), np.uint8)), Witness(0.1))


@pytest.mark.parametrize(("size", "seen"), [((600, 300), (256, 128)), ((200, 300), (160, 256))])
def test_a_model_that_looks_at_shapes_is_shown_the_pictures_own(
    size: tuple[int, int], seen: tuple[int, int]
) -> None:
    """The committed model's row says inside: no picture is squeezed, and the subject is found."""
    catalogue = read_catalogue(Path("layers/onnx_models"))
    model = OnnxMattingModel(next(row for row in catalogue.specs if row.name == "clearcut-small"), 1)

    alpha = predict(picture_of(photo(*size)), model).alpha

    assert seen == (alpha.shape[1], alpha.shape[0])
    assert int(alpha[alpha.shape[0] // 2, alpha.shape[1] // 2]) > 128
    assert int(alpha[2, 2]) < 128


@pytest.mark.parametrize(
    ("alpha", "ratio"),
    [([0, 0, 1, 1], 0), ([0, 0, 0.5, 1], 0.25), ([0.5] * 4, 1), ([0.05, 0.95, 0.95, 0.95], 0)],
)
def test_what_is_neither_subject_nor_background_is_ambiguous(alpha: list[float], ratio: float) -> None:
    """Its share of the picture is told."""
    matte = predict(picture_of(np.zeros((50, 50, 3), np.uint8)), Witness(np.repeat(np.array(alpha), 8)))
    assert ratio == matte.ambiguous_ratio


def test_a_matte_covers_the_pictures_full_size_in_bytes() -> None:
    """However far the decoding was reduced; in bytes, so that a kept one makes the same cut-out."""
    reduced = Picture(np.zeros((50, 60, 3), np.uint8), None, 480, 400, "jpeg")

    matte = predict(reduced, Witness(0.8))

    assert Box(0, 0, 480, 400) == matte.box
    assert np.dtype(np.uint8) == matte.alpha.dtype
    assert 204 == matte.alpha[0, 0]


def test_only_the_region_is_shown_and_nothing_else_is_subject() -> None:
    """The model sees it alone, so that a subject in it is found; the matte covers no more than that."""
    rgb = np.zeros((100, 200, 3), np.uint8)
    rgb[50:, 100:150] = 255
    region = Region(Length(50, percent=True), Length(50), Length(75, percent=True), Length(100))
    model = Witness(1.0)

    matte = predict(picture_of(rgb), model, Cut(region=region))

    assert Box(100, 50, 50, 50) == matte.box
    assert 255 == int(model.shown[0].min())


def test_a_region_counts_in_the_sources_pixels_where_the_decoding_is_smaller() -> None:
    """The matte's box is the region, whatever was decoded."""
    reduced = Picture(np.zeros((50, 60, 3), np.uint8), None, 480, 400, "jpeg")
    region = Region(Length(80), Length(0), Length(240), Length(400))
    assert Box(80, 0, 160, 400) == predict(reduced, Witness(1.0), Cut(region=region)).box


@pytest.mark.parametrize(
    ("corners", "refusal"),
    [
        ((500, 20, 900, 900), RegionOutOfBoundsError),
        ((0, 0, 61, 50), RegionOutOfBoundsError),
        ((20, 20, 20, 40), RegionEmptyError),
        ((20, 40, 30, 20), RegionEmptyError),
    ],
)
def test_a_region_without_pixels_or_beyond_the_picture_is_refused(
    corners: tuple[int, int, int, int], refusal: type[Exception]
) -> None:
    """Whoever asks for it has another picture in mind."""
    region = Region(*(Length(corner) for corner in corners))

    with pytest.raises(refusal):
        predict(picture_of(np.zeros((50, 60, 3), np.uint8)), Witness(1.0), Cut(region=region))


def test_a_source_that_brings_its_matte_is_taken_at_its_word() -> None:
    """The model is not asked, and says so."""
    transparent = replace(picture_of(np.zeros((50, 60, 3), np.uint8)), alpha=np.zeros((50, 60), np.uint8))
    model = Witness(0.0)
    matte = predict(transparent, model, Cut(source_alpha=SourceAlpha.USE))
    assert not model.shown
    assert ("source-alpha", 1, ()) == (matte.model, matte.confidence, matte.review)


def test_a_source_without_transparency_has_no_matte_to_bring() -> None:
    """Then the model finds the subject."""
    model = Witness(1.0)
    predict(picture_of(np.zeros((50, 60, 3), np.uint8)), model, Cut(source_alpha=SourceAlpha.USE))
    assert 1 == len(model.shown)


def test_a_source_that_brings_its_alpha_is_cut_out_by_that_in_little_memory() -> None:
    """To the bit, and piece by piece: beside the cut-out itself less than its pixels take."""
    own = np.zeros((1500, 2000), np.uint8)
    own[400:, 300:] = np.arange(1700) % 256
    cut = Cut(source_alpha=SourceAlpha.USE)
    picture = replace(picture_of(np.ones((*own.shape, 3), np.uint8)), alpha=own)
    matte = predict(picture, Witness(0.0), cut)
    tracemalloc.start()
    cutout = refine(picture, matte, cut)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(own, cutout.alpha)
    assert peak < 2 * 4 * own.size
