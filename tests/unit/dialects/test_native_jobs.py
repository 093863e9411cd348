"""Jobs as native tells of them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handler.dialects.base import Inbound
from handler.dialects.native.jobs import present_accepted, present_cancelled, present_job
from handler.domain.job import FileView, ItemState, ItemView, JobFault, JobState, JobView

FILE = FileView("default", "0.png", "image/png", 10, "https://a.example/0.png", 4, 3, "m@0")
DONE = ItemView(0, ItemState.COMPLETED, (FILE,))
WAITING = ItemView(1, ItemState.WAITING)
VIEW = JobView("id", JobState.PROCESSING, "decode", 0.51234, "", (DONE, WAITING), 2000, 1_800_000_000.9)


def told(view: JobView) -> dict[str, Any]:
    """The answer's content."""
    content: dict[str, Any] = json.loads(present_job(view, Inbound()).body)
    return content


def test_a_job_in_work_has_no_result_as_a_whole() -> None:
    """Though one of its pictures may be finished."""
    content = told(VIEW)

    assert ("processing", "decode", 0.512, 2) == tuple(
        content[name] for name in ("status", "stage", "progress", "credits")
    )
    assert content["result_url"] is None
    assert ["https://a.example/0.png", None] == [each["result_url"] for each in content["results"]]
    assert ("2027-01-15T08:00:00Z", None) == (content["created_at"], content["completed_at"])


def test_the_result_of_one_picture_is_the_picture_and_of_many_the_zip() -> None:
    """Whichever there is, it is the one to fetch."""
    archive = replace(FILE, link="https://a.example/all.zip")

    assert "https://a.example/0.png" == told(replace(VIEW, items=(DONE,)))["result_url"]
    assert "https://a.example/all.zip" == told(replace(VIEW, archive=archive))["result_url"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [("malformed_body", "validation_error"), ("of another release", "internal_server_error")],
)
def test_a_fault_has_the_code_that_a_refusal_would_have(code: str, shown: str) -> None:
    """A client switches on one set of codes."""
    content = told(replace(VIEW, state=JobState.FAILED, fault=JobFault(code, "why")))

    assert {"code": shown, "message": "why"} == content["error"]


def test_a_job_is_accepted_and_gone_without_further_words() -> None:
    """Where to look leads on from the address that was asked, whatever stage is before it."""
    accepted, gone = present_accepted(VIEW, Inbound()), present_cancelled(VIEW, Inbound())

    assert (202, (("Location", "jobs/id"),)) == (accepted.status, accepted.headers)
    assert 0.512 == json.loads(accepted.body)["progress"]
    assert (204, b"") == (gone.status, gone.body)
    with pytest.raises(TypeError):
        present_job(replace(FILE), Inbound())  # type: ignore[arg-type] # not what a job answers
