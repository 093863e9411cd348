"""Headers that remove.bg's answers share."""

import time

from handler.dialects.answers import Headers
from handler.domain.rate import RateWindow

CORS: Headers = (("Access-Control-Allow-Origin", "*"),)


def rate_limit_headers(rate: RateWindow) -> Headers:
    """Say how many requests are left, and at which Unix second all of them are there again."""
    return (
        ("X-RateLimit-Limit", str(rate.limit)),
        ("X-RateLimit-Remaining", str(rate.remaining)),
        ("X-RateLimit-Reset", str(round(time.time()) + rate.reset_seconds)),
    )
