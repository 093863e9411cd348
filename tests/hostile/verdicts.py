"""What must hold after anything that was sent."""

import re
from collections.abc import Set as AbstractSet

from tests.hostile.probes import DAMAGED, Probe
from tests.hostile.service import Reply, Service

MOST_MEMORY_MB = 1000


def check_refusal(reply: Reply, codes: AbstractSet[str], statuses: AbstractSet[int]) -> None:
    """The native error shape with a code that fits, a message, and one request id in both places."""
    assert reply.status in statuses, reply.body[:300]
    assert "application/json" == reply.headers["Content-Type"]
    content = reply.content
    assert {"code", "message", "request_id"} == content.keys() - {"details"}
    assert content["code"] in codes, content
    assert content["message"]
    assert reply.headers["X-Request-ID"] == content["request_id"]
    assert re.fullmatch(r"req_[0-9A-Za-z]{22}", content["request_id"])


def check_any_refusal(reply: Reply) -> None:
    """Whatever the input was, a refusal of it is the caller's fault and in the native form."""
    assert 400 <= reply.status < 500, reply.body[:300]
    check_refusal(reply, {str(reply.content.get("code"))}, {reply.status})


def check_refused(service: Service, probe: Probe) -> None:
    """The probe is refused in the right form and free of charge, and the server lives on."""
    used = service.used_credits()
    reply = service.send(probe.make())
    check_refusal(reply, probe.codes, probe.statuses)
    assert used == service.settled_credits(used)
    assert service.is_healthy()
    assert service.memory.peak_mb < MOST_MEMORY_MB


def check_answered_or_refused(service: Service, message_name: str, reply: Reply, used: float) -> None:
    """Damage may leave a picture that can be read: then it is answered and charged, else refused and free."""
    if reply.status == 200:
        assert reply.headers["Content-Type"].startswith("image/"), message_name
        expected = used + float(reply.headers["X-Credits-Charged"])
    else:
        check_refusal(reply, DAMAGED | {"resolution_too_high", "no_subject"}, {400})
        expected = used
    assert expected == service.settled_credits(expected), message_name
    assert service.is_healthy(), message_name
    assert service.memory.peak_mb < MOST_MEMORY_MB, message_name
