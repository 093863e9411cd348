"""How a network is fed and how its answer is read, on networks of one node."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from handler.domain.errors import ModelFailedError
from handler.domain.image import Bytes, Floats
from handler.inference.catalogue import Activation, CatalogueError, InputForm, ModelSpec, OutputForm
from handler.inference.onnx import LEAST_CONTRAST, OnnxMattingModel
from tests.networks import brightness_network, network, saved

SIDE = 8


def opened(
    folder: Path,
    model: onnx.ModelProto,
    form: InputForm | None = None,
    *,
    activation: Activation = "none",
    stretch: bool = False,
) -> OnnxMattingModel:
    """The network behind the port; unless said otherwise it is fed x/255 and read as it is."""
    path = folder / "model.onnx"
    spec = ModelSpec(
        name="tiny",
        path=path,
        sha256=saved(model, path),
        licence="MIT",
        source="made here",
        is_verified=True,
        qualities=("medium",),
        input=form or InputForm(SIDE, SIDE, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        output=OutputForm(activation, stretch, "alpha"),
        classes=None,
    )
    return OnnxMattingModel(spec, threads=1)


def picture(*, dark: int = 0, bright: int = 255) -> Bytes:
    """Left half dark, right half bright."""
    pixels = np.full((SIDE, SIDE, 3), dark, dtype=np.uint8)
    pixels[:, SIDE // 2 :] = bright
    return pixels


def test_the_input_is_scaled_as_the_row_says(tmp_path: Path) -> None:
    """Each channel has its own mean and deviation."""
    form = InputForm(SIDE, SIDE, (0.1, 0.2, 0.3), (0.5, 1.0, 2.0))
    rgb = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    alpha = opened(tmp_path, brightness_network(gain=0.1, offset=0.5), form).predict(rgb)
    fed = (rgb.astype(np.float64) / 255 - form.mean) / form.std
    np.testing.assert_allclose(alpha, fed.mean(axis=2) * 0.1 + 0.5, atol=1e-6)


def test_alpha_has_the_pictures_size_and_range(tmp_path: Path) -> None:
    """Rows stay rows, and what lies outside 0..1 is brought in."""
    form = InputForm(12, 6, (0.0,) * 3, (1.0,) * 3)
    model = opened(tmp_path, brightness_network("any", gain=4.0, offset=-1.0), form)
    rgb = np.zeros((6, 12, 3), dtype=np.uint8)
    rgb[0] = 255
    alpha = model.predict(rgb)
    assert alpha.shape == (6, 12)
    assert alpha.dtype == np.float32
    assert (alpha[0].min(), alpha[1:].max()) == (1.0, 0.0)


def test_logits_become_alpha_without_overflow(tmp_path: Path) -> None:
    """A sigmoid of any logit is a number from 0 to 1, and of 0 a half."""
    model = opened(tmp_path, brightness_network(gain=2e4, offset=-1e4), activation="sigmoid")
    alpha = model.predict(picture())
    assert (alpha[0, 0], alpha[0, -1]) == (0.0, 1.0)
    half = opened(tmp_path, brightness_network(gain=0.0), activation="sigmoid").predict(picture())
    assert float(half[0, 0]) == 0.5


def test_a_confident_output_is_stretched(tmp_path: Path) -> None:
    """The extremes of 0.1 and 0.9 count as 0 and 1."""
    model = opened(tmp_path, brightness_network(gain=0.8, offset=0.1), stretch=True)
    alpha = model.predict(picture())
    assert (alpha[0, 0], alpha[0, -1]) == (0.0, 1.0)


def test_a_flat_output_is_not_stretched_into_a_subject(tmp_path: Path) -> None:
    """Where nothing stands out, a network's noise stays as faint as it was."""
    model = opened(tmp_path, brightness_network(gain=0.04), stretch=True)
    assert float(model.predict(picture()).max()) == pytest.approx(0.04)


def test_stretching_begins_at_the_least_contrast(tmp_path: Path) -> None:
    """Just under it the output stays, at it it is stretched."""
    model = opened(tmp_path, brightness_network(), stretch=True)
    edge = round(LEAST_CONTRAST * 255 + 0.5)
    assert float(model.predict(picture(bright=edge)).max()) == 1.0
    assert float(model.predict(picture(bright=edge - 2)).max()) == pytest.approx((edge - 2) / 255)


def test_a_row_that_says_so_is_not_stretched(tmp_path: Path) -> None:
    """Alpha that is calibrated already keeps its values."""
    alpha = opened(tmp_path, brightness_network(gain=0.8)).predict(picture())
    assert float(alpha.max()) == pytest.approx(0.8)


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("activation", ["none", "sigmoid"])
def test_an_output_that_is_no_number_is_a_failed_model(
    tmp_path: Path, poison: float, activation: Activation
) -> None:
    """Neither NaN nor infinity reaches a matte, not even where a sigmoid would hide it."""
    model = opened(tmp_path, brightness_network(offset=poison), activation=activation, stretch=True)
    with pytest.raises(ModelFailedError):
        model.predict(picture())


def test_an_output_of_another_size_is_a_failed_model(tmp_path: Path) -> None:
    """A class score is no matte."""
    pooled = helper.make_node("GlobalAveragePool", ["picture"], ["alpha"])
    model = opened(tmp_path, network([pooled], {"picture": [1, 3, SIDE, SIDE]}, {"alpha": [1, 3, 1, 1]}, []))
    with pytest.raises(ModelFailedError):
        model.predict(picture())


def test_a_run_that_fails_is_a_failed_model(tmp_path: Path) -> None:
    """What the runtime raises is translated, with its own words kept as the cause."""
    model = opened(tmp_path, brightness_network(SIDE))
    with pytest.raises(ModelFailedError) as failure:
        model.predict(np.zeros((SIDE + 1, SIDE, 3), dtype=np.uint8))
    assert failure.value.__cause__ is not None


def test_only_the_output_of_the_row_is_computed(tmp_path: Path) -> None:
    """A second output may stand before the matte."""
    model = brightness_network()
    nodes = [helper.make_node("Identity", ["picture"], ["echo"]), *model.graph.node]
    ends: dict[str, list[int | str]] = {"echo": [1, 3, SIDE, SIDE], "alpha": [1, 1, SIDE, SIDE]}
    both = network(nodes, {"picture": [1, 3, SIDE, SIDE]}, ends, list(model.graph.initializer))
    assert opened(tmp_path, both).predict(picture()).shape == (SIDE, SIDE)


def test_an_output_that_the_graph_lacks_is_refused_when_opened(tmp_path: Path) -> None:
    """The message names the file, the output wanted and those there are."""
    renamed = helper.make_node("Identity", ["picture"], ["matte"])
    model = network([renamed], {"picture": [1, 3, SIDE, SIDE]}, {"matte": [1, 3, SIDE, SIDE]}, [])
    with pytest.raises(CatalogueError, match=r"model.onnx: expected output alpha, found matte"):
        opened(tmp_path, model)


def test_a_file_that_is_no_model_is_refused_when_opened(tmp_path: Path) -> None:
    """Its digest may be right and its content still nothing that runs."""
    broken = onnx.ModelProto()
    broken.producer_name = "nobody"
    with pytest.raises(CatalogueError, match="expected an ONNX model"):
        opened(tmp_path, broken)


def test_the_model_tells_its_name_and_sizes(tmp_path: Path) -> None:
    """The label has the file's digest, and the sizes are those of the row."""
    form = InputForm(64, 32, (0.0,) * 3, (1.0,) * 3, "inside", 16)
    model = opened(tmp_path, brightness_network("any"), form)
    assert model.label.startswith("tiny@")
    assert model.input_size == (64, 32)
    assert model.input_size_for(3000, 3000) == (32, 32)


def test_the_same_picture_gives_the_same_alpha_on_any_thread(tmp_path: Path) -> None:
    """One session is shared, and nothing of one call is seen by another."""
    model = opened(tmp_path, brightness_network())
    pictures = [picture(bright=value) for value in range(0, 250, 5)]
    expected = [model.predict(each) for each in pictures]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(model.predict, pictures))
    assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))


def test_no_two_runs_are_at_work_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would hold a whole run's memory, and neither would end sooner."""
    model = opened(tmp_path, brightness_network())
    at_work: list[int] = []
    seen: list[int] = []

    class Session:
        def run(self, *_: object) -> list[Floats]:
            at_work.append(1)
            time.sleep(0.01)
            seen.append(len(at_work))
            at_work.pop()
            return [np.zeros((1, 1, SIDE, SIDE), np.float32)]

    monkeypatch.setattr(model, "_session", Session())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(model.predict, [picture()] * 8))

    assert [1] * 8 == seen


def test_the_picture_is_left_as_it_was(tmp_path: Path) -> None:
    """Scaling works on a copy."""
    rgb = picture()
    opened(tmp_path, brightness_network()).predict(rgb)
    assert np.array_equal(rgb, picture())


def test_a_view_is_fed_as_well_as_a_whole(tmp_path: Path) -> None:
    """Cropped and mirrored arrays need no copy before."""
    model = opened(tmp_path, brightness_network())
    mirrored = picture()[:, ::-1]
    assert np.array_equal(model.predict(mirrored), model.predict(np.ascontiguousarray(mirrored)))
