"""Phase 1: a picture in, a job's name out; the cut-out follows."""

from collections.abc import Sequence

from handler.dialects.answers import Headers, json_answer
from handler.dialects.base import Inbound, Outbound, Upload
from handler.dialects.reading.models import stands_in
from handler.dialects.reading.packed import ignored_settings, read_settings
from handler.dialects.snapotter.names import DIALECT, MASK, ORIGINAL, UUID, Memo, public_name
from handler.dialects.snapotter.table import (
    BACKDROP_FILE,
    MODEL,
    MODELS,
    REMOVAL,
    composed,
    cut_of,
    is_plain,
)
from handler.domain.errors import InvalidParameterError, MissingImageError, MultipleImagesError
from handler.domain.job import JobView
from handler.domain.request import CutoutRequest, Delivery, JobRequest, Source, Variant
from handler.domain.result import Outcome

JOB = "clientJobId"
PRICES = ("snapotter.picture",)
_HINT = "Send it as multipart/form-data, in a file part of any name"


def parse_removal(inbound: Inbound) -> JobRequest:
    """Read the picture, and what is wanted of it and behind it."""
    pictures = pictures_of(inbound)
    if len(pictures) > 1:
        raise MultipleImagesError("One picture a request; many go to the batch")
    values = read_settings(inbound, REMOVAL)
    finished = composed(values, backdrop_of(inbound))
    variants = [Variant(name=MASK), Variant(name=ORIGINAL, uncut=True)]
    if not is_plain(finished):
        # Beside the cut-out, whose pixels it shares.
        variants.insert(1, finished)
    (picture,) = pictures
    item = CutoutRequest(picture.data, cut_of(values), tuple(variants), Delivery.LINKS, PRICES)
    memo = Memo((public_name(picture.filename),), len(picture.data))
    return JobRequest((item,), DIALECT, memo=memo.text(), id=job_id_of(inbound))


def present_accepted(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Name the job."""
    content = {"jobId": job_of(outcome).id, "async": True}
    return json_answer(202, content, told_beside(inbound))


def told_beside(inbound: Inbound) -> Headers:
    """Say what had no meaning, and where a model made for one kind of subject is served by one for any."""
    name = read_settings(inbound, REMOVAL)[MODEL]
    return (*stands_in(MODELS, name), *ignored_settings(inbound, REMOVAL, (JOB,)))


def pictures_of(inbound: Inbound) -> Sequence[Upload]:
    """Every picture to be worked on; at least one."""
    pictures = [upload for upload in inbound.files if upload.name != BACKDROP_FILE]
    if not pictures or not all(upload.data for upload in pictures):
        raise MissingImageError(_HINT)
    return pictures


def backdrop_of(inbound: Inbound) -> Source | None:
    """The picture that is to lie behind."""
    found = [upload.data for upload in inbound.files if upload.name == BACKDROP_FILE and upload.data]
    if len(found) > 1:
        raise InvalidParameterError(BACKDROP_FILE, "one file", "several")
    return found[0] if found else None


def job_id_of(inbound: Inbound) -> str | None:
    """The name that the caller gives the job; None leaves it to us."""
    given = [text.strip().lower() for name, text in inbound.fields if name == JOB and text.strip()]
    if not given:
        return None
    if len(given) > 1 or not UUID.fullmatch(given[0]):
        raise InvalidParameterError(JOB, "one UUID", ", ".join(given))
    return given[0]


def job_of(outcome: Outcome) -> JobView:
    """A use case's answer, which is a job."""
    if not isinstance(outcome, JobView):
        raise TypeError(outcome)
    return outcome
