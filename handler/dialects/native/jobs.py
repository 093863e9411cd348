"""`/v1/jobs`: pictures made later, one or many."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from handler.dialects.answers import credits_of, json_answer
from handler.dialects.base import Inbound, Outbound
from handler.dialects.native.archive import ARCHIVE
from handler.dialects.native.errors import ERRORS
from handler.dialects.native.request import NAMES, SOURCE, read_request
from handler.dialects.native.sources import SOURCES, read_sources
from handler.dialects.native.table.out import DRY_RUN, RESPONSE
from handler.dialects.reading.strays import refuse_strays
from handler.domain.errors import InvalidParameterError
from handler.domain.job import FileView, ItemView, JobFault, JobView
from handler.domain.request import CutoutRequest, Delivery, JobCancelRequest, JobQuery, JobRequest
from handler.domain.result import Outcome

DIALECT = "native"
WEBHOOK_URL = "webhook_url"
# A job has one way to answer, and is priced by being submitted.
_WITHOUT = {*RESPONSE.names, *DRY_RUN.names}
KNOWN = tuple(name for name in (*SOURCE.every, SOURCES, ARCHIVE, WEBHOOK_URL, *NAMES) if name not in _WITHOUT)


def parse_job(inbound: Inbound) -> JobRequest:
    """Read the pictures, and what is to be made of each of them."""
    refuse_strays(inbound, KNOWN)
    sources = read_sources(inbound)
    wanted = replace(read_request(inbound, sources[0]), delivery=Delivery.DIRECT)
    return JobRequest(
        items=tuple(replace(wanted, source=source) for source in sources),
        dialect=DIALECT,
        webhook_url=_webhook_url(inbound),
        archive=_makes_many(sources, wanted),
    )


def parse_query(inbound: Inbound) -> JobQuery:
    """Read which job is meant."""
    _refuse_parameters(inbound)
    return JobQuery(inbound.path["id"], DIALECT)


def parse_cancel(inbound: Inbound) -> JobCancelRequest:
    """Read which job is meant."""
    _refuse_parameters(inbound)
    return JobCancelRequest(inbound.path["id"], DIALECT)


def present_accepted(outcome: Outcome, _: Inbound) -> Outbound:
    """Say where the job can be looked at, from the address that was asked."""
    view = _view(outcome)
    content = {
        "id": view.id,
        "status": view.state.value,
        "progress": round(view.progress, 3),
        "created_at": _moment(view.created_at),
        "credits": credits_of(view.charged),
    }
    return json_answer(202, content, (("Location", f"jobs/{view.id}"),))


def present_job(outcome: Outcome, _: Inbound) -> Outbound:
    """Tell all that is known of a job."""
    view = _view(outcome)
    content = {
        "id": view.id,
        "status": view.state.value,
        "progress": round(view.progress, 3),
        "stage": view.stage or None,
        "result_url": _result_url(view),
        "results": [_item(item) for item in view.items],
        "credits": credits_of(view.charged),
        "created_at": _moment(view.created_at),
        "started_at": _moment(view.started_at),
        "completed_at": _moment(view.completed_at),
        "expires_at": _moment(view.expires_at),
        "error": _error(view.fault),
        "webhook_attempts": [
            {"at": _moment(attempt.at_us / 1e6), "status": attempt.status, "failure": attempt.failure}
            for attempt in view.webhook
        ],
    }
    return json_answer(200, content)


def present_cancelled(_outcome: Outcome, _: Inbound) -> Outbound:
    """Say nothing more: there is no such job any longer."""
    return Outbound(204, "application/json", b"")


def _webhook_url(inbound: Inbound) -> str | None:
    given = [text.strip() for name, text in (*inbound.query, *inbound.fields) if name == WEBHOOK_URL]
    if len(given) > 1:
        raise InvalidParameterError(WEBHOOK_URL, "one value", "several")
    return given[0] if given and given[0] else None


def _makes_many(sources: tuple[object, ...], wanted: CutoutRequest) -> bool:
    return len(sources) * len(wanted.variants) > 1


def _refuse_parameters(inbound: Inbound) -> None:
    for name, _ in inbound.query:
        raise InvalidParameterError(name, "no parameters", "an unknown parameter")


def _view(outcome: Outcome) -> JobView:
    if not isinstance(outcome, JobView):
        raise TypeError(outcome)
    return outcome


def _result_url(view: JobView) -> str | None:
    """Where the only result is, or all of them in one zip."""
    if view.archive is not None:
        return view.archive.link
    links = [file.link for item in view.items for file in item.files]
    return links[0] if len(view.items) == len(links) == 1 else None


def _item(item: ItemView) -> dict[str, Any]:
    return {
        "index": item.index,
        "status": item.state.value,
        "result_url": item.files[0].link if item.files else None,
        "files": [_file(file) for file in item.files],
        "error": _error(item.fault),
    }


def _file(file: FileView) -> dict[str, Any]:
    return {
        "name": file.variant,
        "result_url": file.link,
        "media_type": file.media_type,
        "bytes": file.size_bytes,
        "width": file.width,
        "height": file.height,
        "model": file.model,
    }


def _error(fault: JobFault | None) -> dict[str, str] | None:
    if fault is None:
        return None
    _, code = ERRORS.get(fault.code, ERRORS["internal_server_error"])
    return {"code": code, "message": fault.message}


def _moment(at_seconds: float | None) -> str | None:
    if at_seconds is None:
        return None
    return datetime.fromtimestamp(int(at_seconds), UTC).isoformat().replace("+00:00", "Z")
