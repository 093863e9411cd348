"""A job as both backends keep it: one JSON text, packed, since most of it repeats itself."""

import functools
import zlib

from pydantic import TypeAdapter

from handler.domain.job import Job
from handler.domain.rate import SECOND_US

# How long it is remembered that a job was there, so that its id answers as expired and not as unknown.
REMEMBERED_SECONDS = 7 * 24 * 3600


@functools.cache
def _adapter() -> TypeAdapter[Job]:
    # Made when it is first needed, since it takes longer than a read.
    return TypeAdapter(Job)


def packed(job: Job) -> bytes:
    """Pack a job."""
    return zlib.compress(_adapter().dump_json(job, exclude_defaults=True))


def unpacked(record: bytes) -> Job:
    """Unpack a job."""
    return _adapter().validate_json(zlib.decompress(record))


def forget_at_us(job: Job) -> int:
    """When a store may forget the job."""
    return (job.expires_at_us or job.deadline_us) + REMEMBERED_SECONDS * SECOND_US
