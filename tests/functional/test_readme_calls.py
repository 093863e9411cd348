"""The README's own commands, word for word, by a shell."""

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.functional.test_documented_calls import working

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def commands(mark: str) -> str:
    """The one block of commands in which this stands."""
    (block,) = (text for text in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if mark in text)
    return f"set -e\nURL=$BASE\n{block}"


@pytest.mark.skipif(shutil.which("jq") is None, reason="the README says that these commands need jq")
def test_a_picture_larger_than_a_request_goes_by_way_of_a_form(tmp_path: Path) -> None:
    """Ask for a form, send the file with it, name it."""
    with working(tmp_path) as shell:
        shell.run(commands("/v1/uploads"))

    with Image.open(tmp_path / "cutout.png") as cutout:
        assert ("PNG", (80, 60)) == (cutout.format, cutout.size)


def test_many_pictures_become_a_job_that_can_be_ended(tmp_path: Path) -> None:
    """Submitted as a zip, looked at, ended."""
    submit, look, end = re.findall(r"^curl .*$", commands("/v1/jobs"), re.MULTILINE)
    with working(tmp_path) as shell:
        shutil.make_archive(str(tmp_path / "photos"), "zip", tmp_path, "photo.jpg")
        job_id = shell.json(f"URL=$BASE\n{submit}")["id"]
        seen = shell.json(f"URL=$BASE\n{look}".replace("ID", job_id))
        ended = shell.run(f"URL=$BASE\n{end}".replace("ID", job_id))

    assert (job_id, b"") == (seen["id"], ended)
