"""The house keeps its own rules."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handler.dialects import DIALECTS
from handler.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "handler").rglob("*.py"))
# What a function has no use for: it serves one request at a time, from the image's own models, makes no
# keys, and has no network of its own to fetch from.
LOCAL_ONLY = {
    "fetch_allow_hosts",
    "home",
    "host",
    "job_workers",
    "max_running",
    "max_waiting",
    "models_dir",
    "port",
    "usage_plan_id",
}


def test_imports_go_down_only() -> None:
    """import-linter's contracts hold."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_stay_small(path: Path) -> None:
    """A file has at most 200 lines, a function 40, and no room is called a cupboard."""
    text = path.read_text("utf-8")
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}

    assert len(text.splitlines()) <= 200
    assert {name: length for name, length in lengths.items() if length > 40} == {}
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("dialect", [each.name for each in DIALECTS if each.name != "native"])
def test_a_vendors_dialect_is_small(dialect: str) -> None:
    """It only translates; what is not translation has a room elsewhere, which all of them share."""
    rooms = (ROOT / "handler" / "dialects" / dialect).glob("*.py")

    assert sum(len(room.read_text("utf-8").splitlines()) for room in rooms) < 800


def setting_names() -> dict[str, str]:
    """Environment name of every setting that an owner sets."""
    return {
        name: f"CLEARCUT_{name.upper()}" for name in Settings.model_fields if not name.startswith("lambda_")
    }


def test_every_setting_says_what_it_does() -> None:
    """No setting without a help text."""
    assert {name for name, field in Settings.model_fields.items() if not field.description} == set()


def shown_default(name: str) -> str:
    """A setting's default as a reader would type it; nothing where it is empty."""
    default = Settings.model_fields[name].get_default(call_default_factory=True)
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        default = default.relative_to(ROOT)
    return "" if default in ("", {}) else f"`{default}`"


def place_in_aws(name: str) -> str:
    """Where a setting is set in AWS: the template's parameter, the template itself, or nowhere."""
    if name in LOCAL_ONLY:
        return "laptop only"
    text = (ROOT / "template.yaml").read_text("utf-8")
    parameters = re.findall(
        r"^  (\w+):$", text.partition("\nParameters:")[2].partition("\n\n")[0], re.MULTILINE
    )
    given = re.search(rf"\b{setting_names()[name]}: !Ref (\w+)", text)
    assert given is not None
    return f"`{given[1]}`" if given[1] in parameters else "by itself"


def test_the_readme_lists_every_setting_and_no_other() -> None:
    """The table and the code agree on order, default, place and words."""
    rows = re.findall(r"^\| `CLEARCUT_\w+` .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    expected = [
        f"| `{variable}` | {shown_default(name)} | {place_in_aws(name)} "
        f"| {Settings.model_fields[name].description} |"
        for name, variable in setting_names().items()
    ]

    assert expected == rows


def test_every_target_of_make_is_explained() -> None:
    """`make help` leaves out what has no words."""
    found = []
    for makefile in (ROOT / "Makefile", ROOT / "layers" / "onnx_models" / "training" / "training.mk"):
        text = makefile.read_text("utf-8")
        phony = " ".join(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)).split()
        explained = re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE)
        found += sorted(set(phony) - set(explained))

    assert [] == found


def test_the_template_passes_every_setting_that_lambda_needs() -> None:
    """A setting that cannot be set in AWS is missing there."""
    text = (ROOT / "template.yaml").read_text("utf-8")
    used = set(re.findall(r"\bCLEARCUT_[A-Z_]+\b", text))
    wanted = {variable for name, variable in setting_names().items() if name not in LOCAL_ONLY}

    assert wanted == used & wanted
    assert used <= set(setting_names().values())


def test_no_file_names_a_registry_or_a_machine() -> None:
    """Locks hold hashes, not addresses."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    registries = re.compile(r"(registry\.npmjs|files\.pythonhosted|pypi)\.org")
    found = []
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and registries.search(path.read_text("utf-8", errors="ignore")):
            found.append(name)

    assert found == []
