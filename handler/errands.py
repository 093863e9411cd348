"""
What jobs need beside the work, without the model: notices told, dead messages buried, the rest swept.

Importing it opens the books: Lambda imports it once for each sandbox, before the first event.
"""

import logging
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handler.bootstrap import open_books
from handler.bootstrap.jobs import Jobs, open_jobs
from handler.settings import Settings
from handler.telemetry import configure_logging, name_invocation

logger = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run an event's errands, or sweep where it brings none; answers which messages are to come again."""
    name_invocation(function_request_id=context.aws_request_id)
    if _jobs is None:
        # With zero retention nobody submits anything.
        return {"batchItemFailures": []}
    if "Records" not in event:
        logger.info("looked after jobs", extra={"count": _jobs.upkeep.sweep()})
    again = [record for record in event.get("Records", []) if not _is_done(_jobs, record)]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}


def _is_done(jobs: Jobs, record: Mapping[str, Any]) -> bool:
    try:
        jobs.run_errand(record["body"])
    except Exception:
        logger.exception("errand failed", extra={"message_id": record["messageId"]})
        return False
    return True


_settings = Settings()
configure_logging(_settings.log_level, structured=True)
_jobs = open_jobs(_settings, open_books(_settings))
