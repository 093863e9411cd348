"""The installer as it is called: by its path, from any folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layers.onnx_models.building.command import main
from layers.onnx_models.building.obtaining import default_cache
from layers.onnx_models.building.rows import BuildSource, NpmSource, RowError, read_rows
from layers.onnx_models.building.verdicts import Verdict, processor_name, read_verdict, write_verdict
from tests.workshop import toml_row

INSTALLER = Path("layers/onnx_models/install.py").resolve()


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A models.toml with a default row and another, both for files on this machine."""
    path = tmp_path / "models.toml"
    path.write_text(
        toml_row(tmp_path, "usual", "default = true") + toml_row(tmp_path, "other"), encoding="utf-8"
    )
    return path


def run(rows: Path, *words: str) -> int:
    """Install with a cache beside the rows."""
    return main(["--rows", str(rows), "--cache", str(rows.parent / "cache"), *words])


def test_the_default_rows_are_installed_beside_their_table(rows: Path) -> None:
    """Without any word more."""
    assert run(rows) == 0
    assert (rows.parent / "usual.onnx").read_bytes() == b"usual"
    assert not (rows.parent / "other.onnx").exists()


def test_only_what_is_named_is_installed_where_it_is_wanted(rows: Path, tmp_path: Path) -> None:
    """Another folder may be filled, as an image's is."""
    assert run(rows, "--only", "other", "--dest", str(tmp_path / "there")) == 0
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["installed.json", "other.onnx"]


def test_an_unknown_name_is_refused_with_those_there_are(
    rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is installed then."""
    assert run(rows, "--only", "usual", "--only", "what") == 1
    assert "models not installed: expected one of usual, other, got what" in capsys.readouterr().err
    assert not (rows.parent / "usual.onnx").exists()


def test_a_digest_that_differs_ends_with_a_line_and_not_a_traceback(
    rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line has the file, what was expected and what was found."""
    (rows.parent / "usual.brought").write_bytes(b"wrong")
    assert run(rows) == 1
    assert "models not installed: usual.onnx: expected sha256 " in capsys.readouterr().err


def test_the_installer_runs_by_its_path_from_anywhere(rows: Path, tmp_path: Path) -> None:
    """It finds its own packages, asks for no service and prints no traceback."""
    (tmp_path / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, str(INSTALLER), "--rows", str(rows), "--cache", str(tmp_path / "cache")],
        cwd=tmp_path / "elsewhere",
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "usual: installed as usual.onnx"


def test_the_installer_imports_nothing_of_the_service_and_nothing_heavy() -> None:
    """A run that finds everything in place must be over at once."""
    program = (
        "import sys; import layers.onnx_models.building.command; "
        "print([name for name in ('handler', 'onnx', 'onnxruntime', 'numpy', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_cache_follows_the_users_own_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_CACHE_HOME where it is set, else ~/.cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "clearcut" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "clearcut" / "models"


def test_the_repositorys_default_is_built_from_a_verified_package() -> None:
    """One default row, made from the npm package's file, with stand-ins down to float."""
    table = read_rows(Path("layers/onnx_models/models.toml"))
    (default,) = (row for row in table.values() if row.installed_by_default)
    assert isinstance(default.source, BuildSource)
    assert isinstance(table[default.source.material].source, NpmSource)
    chain = [default]
    while isinstance(source := chain[-1].source, BuildSource) and source.fallback:
        chain.append(table[source.fallback])
    assert [row.name.removeprefix(default.name) for row in chain] == ["", "-reduced", "-float32"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "other"', 'name = "usual"', "expected each name once, got usual again"),
        ('kind = "path"', 'kind = "magic"', "model usual: KeyError"),
        ('kind = "path"', 'kind = "url"', "model usual: TypeError"),
        ("bytes = 5", "size = 5", "model usual: KeyError"),
        ('kind = "path"', 'kind = "build"\nprecision = "int8"\nmaterial = "gone"', "model usual: TypeError"),
    ],
)
def test_a_wrong_row_is_refused_by_its_name(rows: Path, old: str, new: str, complaint: str) -> None:
    """The message has the table and the row."""
    rows.write_text(rows.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RowError, match=complaint):
        read_rows(rows)


@pytest.mark.parametrize(("material", "fallback"), [("gone", "other"), ("other", "gone"), ("usual", "other")])
def test_a_built_row_names_later_rows_only(tmp_path: Path, material: str, fallback: str) -> None:
    """So that no chain of materials and stand-ins goes round in a circle."""
    obtain = f'kind = "build"\nprecision = "float32"\nmaterial = "{material}"\nfallback = "{fallback}"'
    path = tmp_path / "models.toml"
    text = toml_row(tmp_path, "usual", obtain=obtain) + toml_row(tmp_path, "other")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RowError, match="model usual: no later row is named"):
        read_rows(path)


def test_a_verdict_is_kept_for_its_processor(tmp_path: Path) -> None:
    """Another processor may sum int8 differently, and a broken file says nothing."""
    path = tmp_path / "verdict.json"
    assert read_verdict(path, "mine") is None
    write_verdict(path, Verdict("mine", 0.002))
    assert read_verdict(path, "mine") == Verdict("mine", 0.002)
    assert read_verdict(path, "yours") is None
    path.write_text("[]", encoding="utf-8")
    assert read_verdict(path, "mine") is None


@pytest.mark.parametrize(("difference", "is_faithful"), [(None, True), (0.01, True), (0.0101, False)])
def test_a_hundredth_is_the_most_that_masks_may_differ(
    difference: float | None, *, is_faithful: bool
) -> None:
    """A float model differs from nothing."""
    assert Verdict("mine", difference).is_faithful is is_faithful


def test_the_processor_has_a_name() -> None:
    """It is what a verdict is kept under, so it may not be empty or change from call to call."""
    assert processor_name()
    assert processor_name() == processor_name()
