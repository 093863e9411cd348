"""
The function behind the queue of jobs: a message in, one job's work done.

Importing it loads the model: Lambda imports it once for each sandbox, before the first message.
"""

import logging
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handler.bootstrap import open_books
from handler.bootstrap.cutouts import open_cutouts, open_pictures, open_uploads
from handler.bootstrap.jobs import open_jobs
from handler.bootstrap.model import load_model
from handler.domain.errors import InvalidParameterError
from handler.domain.limits import Deadline
from handler.ports import MessageQueue
from handler.services.jobs.messages import WorkMessage, read_message
from handler.services.jobs.work import JobWork
from handler.settings import Settings
from handler.telemetry import configure_logging, name_invocation

logger = logging.getLogger(__name__)

# For the writes that follow a picture whose time was up.
MARGIN_SECONDS = 10.0


class Worker:
    """Works on what an event brings."""

    def __init__(self, work: JobWork, queue: MessageQueue) -> None:
        self._work = work
        self._queue = queue

    def handle(self, event: Mapping[str, Any], left_seconds: float) -> dict[str, Any]:
        """Answer which messages are to come again."""
        deadline = Deadline.after(left_seconds - MARGIN_SECONDS)
        again = [record for record in event.get("Records", []) if not self._is_done(record, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}

    def _is_done(self, record: Mapping[str, Any], deadline: Deadline) -> bool:
        message = read_message(record["body"])
        if not isinstance(message, WorkMessage):
            logger.error("no such work", extra={"message_id": record["messageId"]})
            return True
        try:
            seconds = self._work.run(message.job_id, deadline)
            if seconds is not None:
                self._queue.put_back(record["receiptHandle"], seconds)
        except Exception:
            # It comes again when its time is over, and dies when it came too often.
            logger.exception("job not worked on", extra={"job": message.job_id})
            return False
        return seconds is None


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work on one batch, which the template makes one message."""
    name_invocation(function_request_id=context.aws_request_id)
    return _worker.handle(event, context.get_remaining_time_in_millis() / 1000)


def _start() -> Worker:
    settings = Settings()
    configure_logging(settings.log_level, structured=True)
    books = open_books(settings)
    jobs = open_jobs(settings, books)
    if jobs is None:
        raise InvalidParameterError("CLEARCUT_JOBS_QUEUE", "a queue, and leave to store pictures", "neither")
    pictures = open_pictures(settings, open_uploads(settings, books))
    cutouts = open_cutouts(settings, books, load_model(settings), pictures)
    return Worker(JobWork(jobs.rooms, cutouts.make), jobs.rooms.waiting)


_worker = _start()
