"""Recording ranges on one folder of photos and judging what they give on another."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from layers.onnx_models.building.calibration import main
from layers.onnx_models.building.judging import judge
from layers.onnx_models.building.pictures import judging_pictures, network_input, photos_in
from layers.onnx_models.building.quantizing import int8_model
from layers.onnx_models.building.ranges import read_ranges
from layers.onnx_models.building.rows import InputForm
from tests.workshop import FORM, PLAIN, PUBLISHED, toml_row


def write_photos(folder: Path, seed: int, count: int) -> Path:
    """A folder of pictures of noise, and a text that is none."""
    folder.mkdir()
    random = np.random.default_rng(seed)
    for number in range(count):
        pixels = random.integers(0, 256, (20, 30, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    (folder / "README.md").write_text("no photo", encoding="utf-8")
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A models.toml with a row built from the tiny published network."""
    built = 'kind = "build"\nprecision = "int8"\nmaterial = "published"\nranges = "small.json"'
    path = tmp_path / "models.toml"
    text = toml_row(tmp_path, "small", obtain=built) + toml_row(tmp_path, "published")
    data = PUBLISHED.SerializeToString()
    (tmp_path / "published.brought").write_bytes(data)
    name = b"published"
    text = text.replace(hashlib.sha256(name).hexdigest(), hashlib.sha256(data).hexdigest())
    path.write_text(text.replace(f"bytes = {len(name)}", f"bytes = {len(data)}"), encoding="utf-8")
    return path


def test_calibrating_writes_the_ranges_and_tells_what_they_are_worth(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The digests that it prints are those that an install will build from what it wrote."""
    calibrate = write_photos(tmp_path / "calibrate", 1, 3)
    check = write_photos(tmp_path / "check", 2, 2)
    words = ["--rows", str(rows), "--cache", str(tmp_path / "cache"), "--model", "small"]
    assert main([*words, "--calibrate", str(calibrate), "--check", str(check)]) == 0
    told = capsys.readouterr().out
    ranges = read_ranges(tmp_path / "small.json")
    for has_reduced_range, label in ((False, "int8"), (True, "int8-reduced")):
        data = int8_model(PLAIN, ranges, (), has_reduced_range=has_reduced_range)
        assert f"{label} {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}" in told
        assert f"{label}: mean difference 0." in told


def test_only_rows_built_from_ranges_can_be_calibrated(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another row is refused by its name, and so is a name without a row."""
    photos = str(write_photos(tmp_path / "photos", 1, 1))
    for name in ("published", "nobody"):
        words = ["--rows", str(rows), "--model", name, "--calibrate", photos, "--check", photos]
        assert main(words) == 2
        assert f"{name}: expected a row that is built from ranges" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["empty", "absent"])
def test_a_folder_without_photos_is_refused(
    rows: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ranges of nothing are no ranges."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit):
        main(["--rows", str(rows), "--calibrate", str(tmp_path / name), "--check", str(tmp_path)])
    assert "expected a folder of photos" in capsys.readouterr().err


def test_a_model_agrees_with_itself() -> None:
    """No difference, full overlap, one call per picture."""
    data = PLAIN.SerializeToString()
    done: list[int] = []
    pictures = [network_input(picture, FORM) for picture in judging_pictures()]
    found = judge(data, data, pictures, done.append)
    assert (found.mean_difference, found.worst_difference) == (0.0, 0.0)
    assert (found.mean_iou, found.worst_iou) == (1.0, 1.0)
    assert done == list(range(1, len(pictures) + 1))


def test_a_picture_becomes_what_its_row_says() -> None:
    """Channels first, scaled by the row's mean and deviation, at the row's size."""
    grey = Image.new("L", (5, 7), 51)
    fed = network_input(grey, InputForm(4, 2, (0.1, 0.2, 0.3), (0.5, 1.0, 2.0)))
    assert fed.shape == (1, 3, 2, 4)
    assert fed.dtype == np.float32
    assert fed[0, :, 0, 0] == pytest.approx([0.2, 0.0, -0.05], abs=1e-6)


def test_photos_are_taken_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Whatever order the folder has, and nothing but photos."""
    for name in ("b.jpg", "a.PNG", "c.txt", "d.jpeg"):
        (tmp_path / name).touch()
    assert [path.name for path in photos_in(tmp_path)] == ["a.PNG", "b.jpg", "d.jpeg"]


def test_the_judging_pictures_are_four_photos_and_two_made_ones() -> None:
    """All of them are at hand without a download."""
    sizes = [picture.size for picture in judging_pictures()]
    assert sizes == [(512, 512), (451, 300), (600, 400), (640, 427), (600, 400), (600, 400)]
