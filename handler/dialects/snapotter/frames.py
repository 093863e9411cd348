"""One moment of a job, as SnapOtter tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What is told.

    Attributes:
        id: grows with every frame, so that whoever has seen one is told only of later ones.
    """

    id: int
    content: Mapping[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether the job has ended."""
        return self.id >= COMPLETED


def frame_of(job: JobView) -> Frame:
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
        return Frame(COMPLETED, {**about, "phase": "complete", "percent": 100, "result": result})
    if not job.state.is_open:
        message = "Background removal failed" if job.fault is None else job.fault.message
        return Frame(FAILED, {**about, "phase": "failed", "percent": 0, "error": message})
    percent = min(MOST_PERCENT, int(100 * job.progress))
    stage = _STAGES.get(job.stage, "Processing...") if job.state is JobState.PROCESSING else _STAGES[""]
    return Frame(percent, {**about, "phase": "processing", "stage": stage, "percent": percent})


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
