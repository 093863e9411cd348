"""One moment of a job, as SnapOtter tells it."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.events import Event
from handler.dialects.snapotter.names import (
    COMPOSED,
    MASK,
    ORIGINAL,
    Memo,
    address,
    archive_name,
    stem,
)
from handler.domain.job import FileView, ItemState, JobState, JobView

# Nothing open is ever said to be nearer to its end.
MOST_PERCENT = 95
COMPLETED, FAILED = 100, 101
# By the stage that has ended last.
_STAGES: Mapping[str, str] = {
    "": "Waiting...",
    "fetch": "Reading image...",
    "decode": "Removing background...",
    "matte": "Refining edges...",
    "refine": "Composing...",
    "compose": "Saving...",
    "encode": "Saving...",
}


def frame_of(job: JobView) -> Event:
    """The job as it stands."""
    memo = Memo.read(job.memo)
    about: dict[str, Any] = {"jobId": job.id, "type": "batch" if memo.is_batch else "single"}
    if memo.is_batch:
        states = [item.state for item in job.items]
        about["totalFiles"] = len(states)
        about["completedFiles"] = states.count(ItemState.COMPLETED)
        about["failedFiles"] = states.count(ItemState.FAILED)
    if job.state is JobState.COMPLETED:
        result = _batch_result(job) if memo.is_batch else _result(job, memo)
        content = {**about, "phase": "complete", "percent": 100, "result": result}
        return Event(COMPLETED, content, is_last=True)
    if not job.state.is_open:
        message = "Background removal failed" if job.fault is None else job.fault.message
        content = {**about, "phase": "failed", "percent": 0, "error": message}
        return Event(FAILED, content, is_last=True)
    percent = min(MOST_PERCENT, int(100 * job.progress))
    stage = _STAGES.get(job.stage, "Processing...") if job.state is JobState.PROCESSING else _STAGES[""]
    return Event(percent, {**about, "phase": "processing", "stage": stage, "percent": percent})


def _result(job: JobView, memo: Memo) -> Mapping[str, Any]:
    files = {file.variant: file for item in job.items for file in item.files}
    (filename,) = memo.filenames
    name = stem(filename)

    def lies_at(variant: str, file: FileView) -> str:
        return address(job.id, f"{name}_{variant}.{file.filename.rpartition('.')[2]}")

    finished = COMPOSED if COMPOSED in files else MASK
    return {
        "jobId": job.id,
        "downloadUrl": lies_at(finished, files[finished]),
        "maskUrl": lies_at(MASK, files[MASK]),
        "originalUrl": lies_at(ORIGINAL, files[ORIGINAL]),
        "originalSize": memo.source_bytes,
        "processedSize": files[finished].size_bytes,
        "filename": filename,
        # The vendor's page shows this name whichever model was asked for.
        "model": "rembg",
    }


def _batch_result(job: JobView) -> Mapping[str, Any]:
    made = {"processedSize": job.archive.size_bytes} if job.archive else {}
    return {"jobId": job.id, "downloadUrl": address(job.id, archive_name(job.id)), **made}
