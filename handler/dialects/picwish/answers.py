"""Tasks as PicWish tells of them."""

import base64
from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import json_answer
from handler.dialects.base import Inbound, Outbound
from handler.dialects.picwish.errors import FAILED, STATES, STATUSES
from handler.dialects.picwish.parameters import BG_COLOR, FORMAT, KNOWN, ReturnType
from handler.dialects.picwish.request import Memo
from handler.dialects.reading.strays import ignored_header, without_blanks
from handler.domain.job import FileView, JobFault, JobState, JobView
from handler.domain.result import Outcome

SUCCEEDED, PREPARING, IN_WORK = 1, 2, 4
# None of them is 0: clients wait while the state is above 1, and take 0 for neither.
_STATES: Mapping[JobState, int] = {
    JobState.QUEUED: PREPARING,
    JobState.PROCESSING: IN_WORK,
    JobState.COMPLETED: SUCCEEDED,
    JobState.FAILED: FAILED,
    JobState.CANCELLED: FAILED,
}
_DETAILS = {SUCCEEDED: "Complete", PREPARING: "Preparing", IN_WORK: "Processing"}


def present_task(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell of a new task."""
    job = _job(outcome)
    memo, ignored = Memo.read(job.memo), _ignored(without_blanks(inbound))
    if not memo.sync:
        return _envelope(200, {"task_id": job.id}, ignored)
    fault = _fault(job)
    if fault is not None:
        return _envelope(STATUSES.get(fault.code, 500), _task(job, memo), ignored, fault.message)
    if memo.return_type is ReturnType.BYTES and job.state is JobState.COMPLETED:
        (file,) = _files(job)
        if file.body is None:
            # No answer holds it, so it is led to.
            return Outbound(303, file.media_type, b"", (("Location", file.link), *ignored))
        return Outbound(200, file.media_type, file.body, ignored)
    return _envelope(200, _task(job, memo), ignored)


def present_query(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell of a task as its creation did, in JSON whatever it was asked for."""
    job = _job(outcome)
    return _envelope(200, _task(job, Memo.read(job.memo)), ignored_header(inbound, ()))


def _job(outcome: Outcome) -> JobView:
    if not isinstance(outcome, JobView):
        raise TypeError(outcome)
    return outcome


def _task(job: JobView, memo: Memo) -> dict[str, Any]:
    fault = _fault(job)
    state = _STATES[job.state] if fault is None else STATES.get(fault.code, FAILED)
    return {
        "task_id": job.id,
        "created_at": _seconds(job.created_at),
        "processed_at": _seconds(job.started_at),
        "completed_at": _seconds(job.completed_at),
        **{file.variant: _given(file, memo) for file in _files(job)},
        "progress": 100 if state == SUCCEEDED else round(99 * job.progress),
        "state": state,
        "state_detail": _DETAILS.get(state, "Failed") if fault is None else fault.message,
        "return_type": int(memo.return_type),
    }


def _given(file: FileView, memo: Memo) -> str:
    if memo.return_type is ReturnType.BASE64 and file.body is not None:
        return base64.b64encode(file.body).decode()
    return file.link


def _files(job: JobView) -> list[FileView]:
    return [file for item in job.items for file in item.files]


def _fault(job: JobView) -> JobFault | None:
    faults = (job.fault, *(item.fault for item in job.items))
    return next((fault for fault in faults if fault is not None), None)


def _ignored(inbound: Inbound) -> tuple[tuple[str, str], ...]:
    """Name what means nothing: a colour under a transparent picture, too."""
    fields = dict((*inbound.query, *inbound.fields))
    is_png = fields.get(FORMAT.name, "png").lower() == "png"
    return ignored_header(inbound, [name for name in KNOWN if not (is_png and name == BG_COLOR.name)])


def _seconds(moment: float | None) -> str:
    return "" if moment is None else str(int(moment))


def _envelope(
    status: int, data: dict[str, Any], headers: tuple[tuple[str, str], ...], message: str = "success"
) -> Outbound:
    return json_answer(status, {"status": status, "message": message, "data": data}, headers)
