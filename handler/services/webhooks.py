"""
Telling of jobs' ends, as the Standard Webhooks specification says.

A notice is tried again, later and later, by messages that wait in a queue; each attempt can be seen in the
job. The receiver may get one twice, under one id.
"""

import base64
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from handler.domain.errors import ClearcutError
from handler.domain.job import Job, JobFault, JobState, WebhookAttempt
from handler.domain.rate import SECOND_US
from handler.ports import Courier, SigningSecret
from handler.services.jobs.messages import NoticeMessage
from handler.services.jobs.rooms import JobRooms, follow_up

# What is waited before each further attempt; together about ten hours.
BACK_OFF_SECONDS = (5, 60, 300, 900, 3600, 10_800, 21_600)
_JITTER = 0.2
# The receiver says that it wants no more.
_GONE = 410
_PURPOSE = b"clearcut webhooks "


class Webhooks:
    """Signed notices to those who wanted to be told."""

    def __init__(
        self,
        rooms: JobRooms,
        courier: Courier,
        secret: SigningSecret,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._rooms = rooms
        self._courier = courier
        self._secret = secret
        self._spread = spread

    def deliver(self, message: NoticeMessage) -> None:
        """Make one attempt, and arrange for the next one where it failed."""
        now_us = self._rooms.now_us()
        if now_us < message.due_us:
            # No queue lets a message wait long enough.
            self._send(message, (message.due_us - now_us) / SECOND_US)
            return
        job = self._rooms.jobs.read(message.job_id)
        if job is None or job.webhook is None or job.state not in {JobState.COMPLETED, JobState.FAILED}:
            return
        if len(job.webhook.attempts) > message.attempt:
            # This message's attempt was made already.
            return
        attempt = self._attempt(job)
        is_last = message.attempt >= len(BACK_OFF_SECONDS)
        if not attempt.succeeded and attempt.status != _GONE and not is_last:
            # Before the attempt is written down: a process that dies in between tells once more than needed.
            self._arrange(message)
        follow_up(self._rooms, job, lambda each: _with_attempt(each, attempt))

    def _arrange(self, message: NoticeMessage) -> None:
        share = self._spread(1 - _JITTER, 1 + _JITTER)
        seconds = BACK_OFF_SECONDS[message.attempt] * share
        due_us = self._rooms.now_us() + int(seconds * SECOND_US)
        self._send(NoticeMessage(message.job_id, message.attempt + 1, due_us), seconds)

    def _send(self, message: NoticeMessage, delay_seconds: float) -> None:
        self._rooms.notices.send(message.text(), delay_seconds)

    def _attempt(self, job: Job) -> WebhookAttempt:
        now_us = self._rooms.now_us()
        body = json.dumps(notice(job)).encode()
        headers = self._signed(job, now_us // SECOND_US, body)
        url = job.webhook.url if job.webhook else ""
        try:
            return WebhookAttempt(now_us, self._courier.post(url, headers, body))
        except ClearcutError as error:
            return WebhookAttempt(now_us, failure=error.details or error.message)

    def _signed(self, job: Job, timestamp: int, body: bytes) -> dict[str, str]:
        name = f"msg_{job.id}"
        signed = b".".join((name.encode(), str(timestamp).encode(), body))
        signature = hmac.digest(_key(self._secret, job.account_id), signed, "sha256")
        return {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }


def webhook_secret(secret: SigningSecret, account_id: str) -> str:
    """What an account's notices are signed with, in the form that receivers' libraries take."""
    return f"whsec_{base64.b64encode(_key(secret, account_id)).decode()}"


def _key(secret: SigningSecret, account_id: str) -> bytes:
    return hmac.digest(secret.read(), _PURPOSE + account_id.encode(), "sha256")


def notice(job: Job) -> dict[str, Any]:
    """What is told: enough to know what to fetch, and no address that would expire on its way."""
    return {
        "type": f"job.{job.state.value}",
        "timestamp": _moment(job.completed_at_us),
        "data": {
            "id": job.id,
            "status": job.state.value,
            "created_at": _moment(job.created_at_us),
            "completed_at": _moment(job.completed_at_us),
            "expires_at": _moment(job.expires_at_us),
            "error": _told(job.fault),
            "results": [
                {"index": item.index, "status": item.state.value, "error": _told(item.fault)}
                for item in job.items
            ],
        },
    }


def _told(fault: JobFault | None) -> dict[str, str] | None:
    return None if fault is None else {"code": fault.code, "message": fault.message}


def _moment(at_us: int | None) -> str | None:
    if at_us is None:
        return None
    return datetime.fromtimestamp(at_us // SECOND_US, tz=UTC).isoformat().replace("+00:00", "Z")


def _with_attempt(job: Job, attempt: WebhookAttempt) -> Job | None:
    if job.webhook is None:
        return None
    return replace(job, webhook=replace(job.webhook, attempts=(*job.webhook.attempts, attempt)))
