"""BackgroundCut's errors: `{"detail": "<string>"}`, and neither 413 nor 422."""

from collections.abc import Mapping

from handler.dialects.answers import USUAL_STATUSES, json_answer, retry_header
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError, InsufficientCreditsError

STATUSES: Mapping[str, int] = {
    **USUAL_STATUSES,
    "expired": 404,
    "idempotency_mismatch": 400,
    "upstream_error": 500,
}


def present_error(error: ClearcutError) -> Outbound:
    """Say what is wrong in one sentence, with what there is to know of it."""
    return json_answer(STATUSES[error.code], {"detail": _detail(error)}, retry_header(error))


def _detail(error: ClearcutError) -> str:
    if isinstance(error, InsufficientCreditsError) and error.details:
        return f"{error.message}. {error.details}"
    return error.details or error.message
