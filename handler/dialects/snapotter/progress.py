"""How a job comes along, as events."""

from handler.dialects.base import Inbound, Outbound
from handler.dialects.events import event_stream
from handler.dialects.snapotter.frames import COMPLETED, frame_of
from handler.dialects.snapotter.names import DIALECT
from handler.domain.errors import InvalidParameterError
from handler.domain.request import JobWatch
from handler.domain.result import JobFeed, Outcome

EVENT, EVENTS = "event", ("progress", "message")


def parse_watch(inbound: Inbound) -> JobWatch:
    """Read which job is meant; it may be one that is yet to come."""
    _event_of(inbound)
    return JobWatch(inbound.path["jobId"].lower(), DIALECT)


def present_progress(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell how it stands whenever that has changed."""
    if not isinstance(outcome, JobFeed):
        raise TypeError(outcome)
    frames = (None if view is None else frame_of(view) for view in outcome.views)
    return event_stream(frames, _event_of(inbound), inbound, COMPLETED)


def _event_of(inbound: Inbound) -> str:
    given = next((text for name, text in inbound.query if name == EVENT), EVENTS[0])
    if given not in EVENTS:
        raise InvalidParameterError(EVENT, " or ".join(EVENTS), given)
    return given
