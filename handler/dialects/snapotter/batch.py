"""Many pictures at once: a zip of what became of them."""

import json
from collections.abc import Sequence

from handler.dialects.answers import json_answer
from handler.dialects.base import Inbound, Outbound
from handler.dialects.reading.packed import read_settings
from handler.dialects.snapotter.names import COMPOSED, DIALECT, Memo, archive_name, public_name, stem
from handler.dialects.snapotter.removal import (
    PRICES,
    backdrop_of,
    job_id_of,
    job_of,
    pictures_of,
    told_beside,
)
from handler.dialects.snapotter.table import REMOVAL, composed, cut_of
from handler.domain.job import ItemState, JobView
from handler.domain.request import CutoutRequest, Delivery, JobRequest
from handler.domain.result import Outcome

MAX_HEADER_CHARS = 6000


def parse_batch(inbound: Inbound) -> JobRequest:
    """Read the pictures, and what is wanted of each."""
    pictures = pictures_of(inbound)
    values = read_settings(inbound, REMOVAL)
    finished, cut = composed(values, backdrop_of(inbound)), cut_of(values)
    filenames = tuple(public_name(picture.filename) for picture in pictures)
    return JobRequest(
        tuple(CutoutRequest(picture.data, cut, (finished,), Delivery.LINKS, PRICES) for picture in pictures),
        DIALECT,
        wait=True,
        archive=True,
        with_bodies=True,
        archive_names=_made_names(filenames, finished.format.value),
        memo=Memo(filenames, is_batch=True).text(),
        id=job_id_of(inbound),
    )


def present_batch(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Give the zip, and say which picture became which file; what takes longer is told of by its progress."""
    job = job_of(outcome)
    beside = told_beside(inbound)
    if job.state.is_open:
        return json_answer(202, {"jobId": job.id, "async": True}, beside)
    memo = Memo.read(job.memo)
    if job.archive is None:
        errors = _errors(job, memo.filenames)
        return json_answer(422, {"error": "All files failed processing", "errors": errors}, beside)
    ending = next(file.filename.rpartition(".")[2] for item in job.items for file in item.files)
    made = _made_names(memo.filenames, ending)
    results = {item.index: made[item.index] for item in job.items if item.state is ItemState.COMPLETED}
    listed = json.dumps(results)
    name = archive_name(job.id)
    headers = (
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("X-Job-Id", job.id),
        # Many long names are told by the zip alone: a gateway or client would stumble over the header.
        *((("X-File-Results", listed),) if len(listed) <= MAX_HEADER_CHARS else ()),
        *beside,
    )
    if job.archive.body is None:
        return Outbound(303, job.archive.media_type, b"", (("Location", job.archive.link), *headers))
    return Outbound(200, job.archive.media_type, job.archive.body, headers)


def _errors(job: JobView, filenames: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"filename": filenames[item.index], "error": item.fault.message if item.fault else "Not processed"}
        for item in job.items
    ]


def _made_names(filenames: Sequence[str], ending: str) -> tuple[str, ...]:
    """What each picture's result is called; no two alike."""
    taken: list[str] = []
    for filename in filenames:
        name, number = f"{stem(filename)}_{COMPOSED}.{ending}", 1
        while name in taken:
            name, number = f"{stem(filename)}_{COMPOSED}_{number}.{ending}", number + 1
        taken.append(name)
    return tuple(taken)
