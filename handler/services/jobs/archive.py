"""All results of a job in one zip."""

import io
import json
import zipfile
from collections.abc import Iterator

from handler.domain.job import ItemState, Job, JobFile
from handler.services.jobs.rooms import JobRooms

# It is made in memory; what is more is there file by file.
MAX_ARCHIVE_BYTES = 512 * 1024 * 1024
ARCHIVE_NAME = "results.zip"
MEDIA_TYPE = "application/zip"
# No zip of the same files differs from another by the moment of its making.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def store_archive(rooms: JobRooms, job: Job) -> JobFile | None:
    """Put what succeeded into a zip; None where it is too much."""
    files = [file for item in job.items for file in item.files]
    if not files or sum(file.size_bytes for file in files) > MAX_ARCHIVE_BYTES:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, file in _named(job):
            data = rooms.objects.get(file.object_name)
            if data is not None:
                archive.writestr(_entry(name), data)
        if not job.archive_names:
            archive.writestr(_entry("results.json"), json.dumps(_list(job), indent=1))
    body = packed.getvalue()
    name = f"{files[0].object_name.rpartition('/')[0]}/{ARCHIVE_NAME}"
    rooms.objects.put(name, body, MEDIA_TYPE)
    return JobFile("archive", name, MEDIA_TYPE, len(body), 0, 0)


def _named(job: Job) -> Iterator[tuple[str, JobFile]]:
    """Each file by what it is called in the zip."""
    for item in job.items:
        for file in item.files:
            yield (job.archive_names[item.index] if job.archive_names else _last_part(file.object_name)), file


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _EPOCH)


def _last_part(object_name: str) -> str:
    return object_name.rpartition("/")[2]


def _list(job: Job) -> list[dict[str, object]]:
    return [
        {
            "index": item.index,
            "status": "completed" if item.state is ItemState.COMPLETED else "failed",
            "files": [_last_part(file.object_name) for file in item.files],
            "error": None if item.fault is None else {"code": item.fault.code, "message": item.fault.message},
        }
        for item in job.items
    ]
