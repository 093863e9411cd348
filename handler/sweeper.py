"""
Gives back what killed functions held, on a schedule.

An account's own next request does so too; this is for accounts that send none. Importing it opens the
books: Lambda imports it once for each sandbox, before the first event.
"""

import logging
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handler.bootstrap import open_books
from handler.settings import Settings
from handler.telemetry import configure_logging, name_invocation

logger = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 # Lambda's
    """Sweep once; what it does not get to, the next one does."""
    name_invocation(function_request_id=context.aws_request_id)
    released = _books.sweep()
    logger.info("gave back lapsed holds", extra={"count": released})
    return {"released": released}


_settings = Settings()
configure_logging(_settings.log_level, structured=True)
_books = open_books(_settings)
