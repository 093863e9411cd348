"""The files of a job, to whoever knows its name."""

from handler.dialects.base import Inbound, Outbound
from handler.dialects.snapotter.names import (
    ARCHIVE,
    DIALECT,
    Memo,
    archive_name,
    check_path,
    stored_name,
)
from handler.domain.errors import NotFoundError
from handler.domain.keeping import disposition
from handler.domain.request import FileRequest
from handler.domain.result import Outcome, StoredFile


def parse_download(inbound: Inbound) -> FileRequest:
    """Read which file is meant, by its public name."""
    job_id, filename = inbound.path["jobId"], inbound.path["filename"]
    check_path(job_id, filename)
    if filename == archive_name(job_id):
        return FileRequest(job_id, ARCHIVE, DIALECT)
    stored = stored_name(filename)
    if stored is None:
        raise NotFoundError
    name, stem = stored
    return FileRequest(job_id, name, DIALECT, lambda memo: Memo.read(memo).is_of(stem))


def present_file(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Give the file under the name that it was asked for, or say where it is."""
    if not isinstance(outcome, StoredFile):
        raise TypeError(outcome)
    if outcome.link is not None:
        return Outbound(303, outcome.media_type, b"", (("Location", outcome.link),))
    headers = (("Content-Disposition", disposition(inbound.path["filename"])),)
    return Outbound(200, outcome.media_type, outcome.body, headers)
