"""Phase 2: something else behind a subject that is cut out already, without the model."""

from handler.dialects.answers import json_answer
from handler.dialects.base import Inbound, Outbound
from handler.dialects.reading.packed import ignored_settings, read_settings
from handler.dialects.reading.parameter import Parameter, Table
from handler.dialects.snapotter.names import COMPOSED, DIALECT, Memo, address, public_name, stem
from handler.dialects.snapotter.removal import backdrop_of
from handler.dialects.snapotter.table import EFFECTS, composed
from handler.domain.errors import InvalidParameterError
from handler.domain.request import MoreRequest
from handler.domain.result import CutoutResult, Outcome

PRICES = ("snapotter.effect",)


def _text(name: str, description: str) -> Parameter[str]:
    return Parameter(
        name=name,
        read=_read_text,
        expected="a text",
        default="",
        schema={"type": "string"},
        description=description,
        max_chars=500,
    )


def _read_text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


JOB = _text("jobId", "The job of phase 1.")
FILENAME = _text("filename", "The picture's own name, as phase 1 was given it.")
TABLE: Table = (JOB, FILENAME, *EFFECTS)


def parse_effects(inbound: Inbound) -> MoreRequest:
    """Read which job's picture, and what is wanted behind it."""
    values = read_settings(inbound, TABLE, required=True)
    for parameter in (JOB, FILENAME):
        if parameter not in values:
            raise InvalidParameterError(parameter.name, "a text", "none")
    wanted = stem(public_name(values[FILENAME]))
    return MoreRequest(
        job_id=values[JOB].lower(),
        dialect=DIALECT,
        # In the place of what an earlier call, or phase 1, has made.
        variant=composed(values, backdrop_of(inbound), f"0-{COMPOSED}"),
        prices=PRICES,
        fits=lambda memo: Memo.read(memo).is_of(wanted),
    )


def present_effects(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Say where the finished picture is."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    values, rendering = read_settings(inbound, TABLE), outcome.rendering
    filename = f"{stem(public_name(values[FILENAME]))}_{COMPOSED}.{rendering.format.value}"
    job_id = values[JOB].lower()
    content = {
        "jobId": job_id,
        "downloadUrl": address(job_id, filename),
        "processedSize": rendering.size_bytes,
    }
    return json_answer(200, content, ignored_settings(inbound, TABLE, ()))
