"""Which model runs for which quality."""

import shutil
import tomllib
from pathlib import Path

import pytest

from handler.bootstrap.model import Models, load_model
from handler.domain.request import Quality
from handler.settings import Settings
from tests.fakes import FakeModel

COMMITTED = Path(__file__).resolve().parents[3] / "layers" / "onnx_models"
SMALL = "clearcut-small"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The committed model as two rows: one for low alone, one for the rest."""
    text = (COMMITTED / "models.toml").read_text("utf-8")
    names = [row["name"] for row in tomllib.loads(text)["model"]]
    assert names[-1] == SMALL
    row = text[text.rindex("[[model]]") :]
    every = 'qualities = ["low", "medium", "high"]'
    assert every in row
    rows = (
        row.replace(every, 'qualities = ["low"]').replace(f'name = "{SMALL}"', 'name = "quick"'),
        row.replace(every, 'qualities = ["medium", "high"]'),
    )
    (tmp_path / "models.toml").write_text("\n".join(rows), "utf-8")
    shutil.copy(COMMITTED / f"{SMALL}.onnx", tmp_path)
    return Settings(models_dir=tmp_path, threads=1)


def test_a_quality_with_a_row_of_its_own_has_its_model(settings: Settings) -> None:
    """Loaded when it is first asked for, and once; the others share medium's."""
    medium = load_model(settings)
    models = Models(settings, medium)

    assert ["quick", SMALL, SMALL] == [models.label(quality).partition("@")[0] for quality in Quality]
    assert [models.label(quality) for quality in Quality] == [models.serving(each).label for each in Quality]
    assert models.serving(Quality.LOW) is models.serving(Quality.LOW)
    assert models.serving(Quality.MEDIUM) is models.serving(Quality.HIGH) is medium


def test_a_model_that_is_no_rows_serves_everything(settings: Settings) -> None:
    """Whatever is installed."""
    fake = FakeModel()
    models = Models(settings, fake)

    assert [fake] * 3 == [models.serving(quality) for quality in Quality]
    assert {fake.label} == {models.label(quality) for quality in Quality}
