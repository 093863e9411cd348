"""What is wrong with a caller's credential, credits or pace."""

from handler.domain.errors.base import CallerError


class AuthenticationError(CallerError):
    """The key is missing, malformed, unknown or revoked; which of these is not told."""

    code = "authentication_error"
    message = "Invalid or missing API key"


class MissingKeyError(AuthenticationError):
    """No key came at all, which the caller knows anyway."""


class TokenRefusedError(AuthenticationError):
    """A single-use token is made up, for something else, expired or used; which of these is not told."""

    message = "The token is not valid here, has expired or was used already"


class InsufficientCreditsError(CallerError):
    """The balance does not cover the price."""

    code = "payment_required"
    message = "Insufficient credits"


class PermissionDeniedError(CallerError):
    """The account is known and may not do this."""

    code = "permission_denied"
    message = "Permission denied"


class ZeroRetentionError(PermissionDeniedError):
    """What was asked for needs storage, and the service stores nothing of its callers."""

    message = "This service stores no pictures, so nothing can be uploaded, kept or done later"


class RateLimitExceededError(CallerError):
    """The account sends faster than it may."""

    code = "rate_limit_exceeded"
    message = "Rate limit exceeded"

    def __init__(self, limit: int, reset_seconds: int, retry_after_seconds: int) -> None:
        super().__init__()
        self.limit = limit
        self.remaining = 0
        self.reset_seconds = reset_seconds
        self.retry_after_seconds = retry_after_seconds


class IdempotencyInProgressError(CallerError):
    """The first request under this idempotency key has no answer yet."""

    code = "idempotency_in_progress"
    message = "A request with this Idempotency-Key is still running"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


class IdempotencyMismatchError(CallerError):
    """The idempotency key belongs to a request with another payload."""

    code = "idempotency_mismatch"
    message = "This Idempotency-Key was used with another request"
