"""Tasks, their results, and errors, as 3D AI Studio answers them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handler.dialects.answers import USUAL_STATUSES, credits_of, json_answer, retry_header
from handler.dialects.base import Inbound, Outbound
from handler.dialects.reading.strays import ignored_header, without_blanks
from handler.dialects.threedaistudio.request import KNOWN, Memo
from handler.domain.errors import ClearcutError
from handler.domain.job import JobState, JobView
from handler.domain.result import Balance, Outcome

_STATES: Mapping[JobState, str] = {
    JobState.QUEUED: "PENDING",
    JobState.PROCESSING: "IN_PROGRESS",
    JobState.COMPLETED: "FINISHED",
    JobState.FAILED: "FAILED",
    JobState.CANCELLED: "FAILED",
}


def present_submission(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Name the task."""
    job = _job(outcome)
    created = datetime.fromtimestamp(job.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ignored = ignored_header(without_blanks(inbound), KNOWN)
    return json_answer(200, {"task_id": job.id, "created_at": created}, ignored)


def present_status(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell how the task stands, and where its result is once there is one."""
    job = _job(outcome)
    is_finished = job.state is JobState.COMPLETED
    faults = [fault for fault in (job.fault, *(item.fault for item in job.items)) if fault is not None]
    return json_answer(
        200,
        {
            "status": _STATES[job.state],
            "progress": 100 if is_finished else round(99 * job.progress),
            "failure_reason": faults[0].message if faults else None,
            "results": _results(job) if is_finished else [],
        },
        ignored_header(inbound, ()),
    )


def present_wallet(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell what is left to spend."""
    if not isinstance(outcome, Balance):
        raise TypeError(outcome)
    left = credits_of(outcome.granted - outcome.used)
    return json_answer(200, {"balance": left}, ignored_header(inbound, ()))


def present_error(error: ClearcutError) -> Outbound:
    """Say what is wrong in one sentence."""
    detail = {"detail": error.details or error.message}
    return json_answer(USUAL_STATUSES[error.code], detail, retry_header(error))


def _results(job: JobView) -> list[dict[str, Any]]:
    memo = Memo.read(job.memo)
    metadata: dict[str, Any] = {"result_type": "background_removed", "quality": memo.quality}
    if memo.is_mask:
        metadata["mask"] = True
    return [
        # Older pages of the vendor call the address asset_url.
        {"asset": file.link, "asset_url": file.link, "asset_type": "EDITED_IMAGE", "metadata": metadata}
        for item in job.items
        for file in item.files
    ]


def _job(outcome: Outcome) -> JobView:
    if not isinstance(outcome, JobView):
        raise TypeError(outcome)
    return outcome
