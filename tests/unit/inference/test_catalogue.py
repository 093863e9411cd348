"""models.toml as the service reads it."""

import hashlib
from pathlib import Path

import pytest

from handler.inference.catalogue import CatalogueError, Fit, InputForm, read_catalogue

ROW = """
[[model]]
name = "{name}"
file = "{name}.onnx"
sha256 = "{sha256}"
verified = true
qualities = {qualities}
licence = "MIT"
source = "somebody"

[model.input]
width = 8
height = 6
mean = [0.5, 0.5, 0.5]
std = [1.0, 1.0, 1.0]
{fit}

[model.output]
activation = "{activation}"
stretch = true
{more}
"""


def row(name: str, qualities: str = '["medium"]', **changes: str) -> str:
    """A row whose file holds its own name."""
    values = {
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "fit": 'fit = "stretch"',
        "activation": "none",
        "more": "",
    }
    return ROW.format(name=name, qualities=qualities, **{**values, **changes})


def folder_of(folder: Path, *rows: str, files: tuple[str, ...] = ()) -> Path:
    """A models folder with these rows and the files of these names."""
    (folder / "models.toml").write_text("".join(rows), encoding="utf-8")
    for name in files:
        (folder / f"{name}.onnx").write_text(name, encoding="utf-8")
    return folder


def test_the_first_installed_row_serves_a_level(tmp_path: Path) -> None:
    """A preferred row without its file is passed over."""
    folder = folder_of(tmp_path, row("absent"), row("first"), row("second"), files=("first", "second"))
    catalogue = read_catalogue(folder)
    assert catalogue.serving("medium").name == "first"
    assert [spec.name for spec in catalogue.installed()] == ["first", "second"]


def test_a_row_serves_only_its_levels(tmp_path: Path) -> None:
    """A level that no installed row serves is refused with what to do."""
    folder = folder_of(tmp_path, row("small", '["low"]'), files=("small",))
    with pytest.raises(CatalogueError, match="quality medium, found none; run `make models`"):
        read_catalogue(folder).serving("medium")


def test_a_file_with_another_digest_is_refused_by_name(tmp_path: Path) -> None:
    """The message has the file, what was expected and what was found; no other row steps in unasked."""
    folder = folder_of(tmp_path, row("model"), row("other"), files=("model", "other"))
    (folder / "model.onnx").write_bytes(b"tampered")
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(folder).serving("medium")
    expected = hashlib.sha256(b"model").hexdigest()
    found = hashlib.sha256(b"tampered").hexdigest()
    assert f"model.onnx: expected sha256 {expected}, found {found}" in str(refusal.value)


def test_a_file_that_went_away_is_refused_by_name(tmp_path: Path) -> None:
    """Between listing and loading a file may vanish."""
    folder = folder_of(tmp_path, row("model"), files=("model",))
    (spec,) = read_catalogue(folder).installed()
    spec.path.unlink()
    with pytest.raises(CatalogueError, match="expected model model, got No such file"):
        spec.require_intact()


def test_the_label_tells_name_and_digest(tmp_path: Path) -> None:
    """What X-Model shows is twelve digits of the file's digest."""
    (spec,) = read_catalogue(folder_of(tmp_path, row("model"))).specs
    assert spec.label == f"model@{hashlib.sha256(b'model').hexdigest()[:12]}"


def test_a_class_head_is_read_where_a_row_has_one(tmp_path: Path) -> None:
    """The optional second output keeps its labels in order."""
    head = '[model.classes]\noutput = "classes"\nlabels = ["person", "car"]'
    plain, classed = read_catalogue(folder_of(tmp_path, row("plain"), row("classed", more=head))).specs
    assert plain.classes is None
    assert classed.classes is not None
    assert classed.classes.labels == ("person", "car")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"fit": 'fit = "crop"'}, "expected stretch or inside for fit, got crop"),
        ({"fit": "speed = 9"}, "unexpected keyword argument 'speed'"),
        ({"activation": "softmax"}, "expected none or sigmoid for activation, got softmax"),
        ({"more": "[model.classes]\noutput = 'x'"}, "KeyError.*labels"),
    ],
)
def test_a_wrong_row_is_refused_by_its_name(tmp_path: Path, changes: dict[str, str], complaint: str) -> None:
    """The message has the file, the row and the trouble."""
    folder = folder_of(tmp_path, row("model", **changes))
    with pytest.raises(CatalogueError, match=f"models.toml, model model: .*{complaint}"):
        read_catalogue(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mean = [0.5, 0.5, 0.5]", "mean = [0.5]"),
        ("std = [1.0, 1.0, 1.0]", "std = [1.0, 0.0, 1.0]"),
        ("width = 8", "width = 0"),
    ],
)
def test_an_input_that_cannot_be_fed_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """Three channels, no division by zero, and a size."""
    folder = folder_of(tmp_path, row("model").replace(old, new))
    with pytest.raises(CatalogueError, match="expected three means"):
        read_catalogue(folder)


@pytest.mark.parametrize("text", ["", "[[model]\n", "model = 3\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    """Neither empty nor broken TOML gets further."""
    (tmp_path / "models.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="expected rows of"):
        read_catalogue(tmp_path)


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    """The message names the file that was looked for."""
    with pytest.raises(CatalogueError, match=r"nowhere/models\.toml: expected rows"):
        read_catalogue(tmp_path / "nowhere")


def test_a_stretched_input_has_one_size() -> None:
    """Whatever the picture's shape."""
    form = InputForm(1024, 1024, (0.5,) * 3, (1.0,) * 3)
    assert form.size_for(3000, 20) == (1024, 1024)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ((3000, 2000), (384, 256)),
        ((2000, 3000), (256, 384)),
        ((384, 384), (384, 384)),
        ((100, 100), (384, 384)),
        ((5000, 10), (384, 32)),
    ],
)
def test_an_inside_fit_keeps_the_shape(picture: tuple[int, int], expected: tuple[int, int]) -> None:
    """The longer side fills the input, both are multiples, and none is ever nothing."""
    form = InputForm(384, 384, (0.5,) * 3, (1.0,) * 3, "inside", 32)
    assert form.size_for(*picture) == expected
    assert form.size_for(*expected) == expected


@pytest.mark.parametrize(
    ("picture", "expected"),
    [((3000, 2000), (1024, 704)), ((6000, 1000), (1024, 512)), ((1, 60_000), (512, 1024))],
)
def test_a_strip_is_squeezed(picture: tuple[int, int], expected: tuple[int, int]) -> None:
    """Below the least side a network has too few cells across to know what it sees."""
    form = InputForm(1024, 1024, (0.5,) * 3, (1.0,) * 3, "inside", 64, 512)
    assert form.size_for(*picture) == expected


@pytest.mark.parametrize(("fit", "expected"), [("inside", (480, 320)), ("stretch", (384, 384))])
def test_only_an_inside_fit_is_scaled(fit: Fit, expected: tuple[int, int]) -> None:
    """A network that takes any size can look from nearer; another cannot."""
    form = InputForm(384, 384, (0.5,) * 3, (1.0,) * 3, fit, 32)
    assert form.size_for(3000, 2000, 1.25) == expected


@pytest.mark.parametrize("scale", [0.75, 1, 1.25])
def test_a_scaled_input_has_sides_of_whole_multiples(scale: float) -> None:
    """Three quarters of 320 are seven and a half times 32, which no network can halve five times."""
    form = InputForm(320, 320, (0.5,) * 3, (1.0,) * 3, "inside", 32)
    assert [0, 0] == [side % 32 for side in form.size_for(1000, 1000, scale)]


def test_every_committed_row_can_be_read() -> None:
    """The repository's own models.toml is sound: the default serves all but low, which is the small one's."""
    catalogue = read_catalogue(Path("layers/onnx_models"))
    named = {spec.name: spec for spec in catalogue.specs}
    default, small = named["isnet-general-use"], named["clearcut-small"]
    assert default.qualities == ("medium", "high")
    assert small.qualities == ("low", "medium", "high")
    assert catalogue.specs[-1] is small
    assert default.is_verified
