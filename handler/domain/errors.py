"""
Everything that can go wrong, as one tree.

ClearcutError
|-- CallerError                     what the caller can mend
|   |-- InvalidParameterError       a value, a name or a combination that is not taken
|   |-- MalformedBodyError          the body is not what its content type says
|   |-- MissingImageError
|   |-- MultipleImagesError
|   |-- ImageTooLargeError          bytes
|   |-- ResolutionTooHighError      pixels
|   |-- UnsupportedFormatError
|   |-- UnreadableImageError
|   |-- NoSubjectError
|   |-- ResultTooLargeError         the answer does not fit the transport
|   |-- AuthenticationError
|   |-- InsufficientCreditsError
|   |-- PermissionDeniedError
|   |-- RateLimitExceededError
|   |-- IdempotencyInProgressError  a twin of this request is still running
|   |-- IdempotencyMismatchError    another request has used this idempotency key
|   |-- NotFoundError
|   `-- MethodNotAllowedError
`-- ServiceError                    what only the service can mend
    |-- InternalError
    |-- ModelFailedError
    |-- OverloadedError
    |-- StoreUnavailableError
    `-- DeadlineExceededError

A code is stable and dialects map it to their own status and words.
"""

from typing import ClassVar


class ClearcutError(Exception):
    """Any refusal or failure that may be shown to a caller."""

    code: ClassVar[str]
    message: ClassVar[str]
    retry_after_seconds: int | None = None

    def __init__(self, details: str | None = None) -> None:
        super().__init__(details or self.message)
        self.details = details


class CallerError(ClearcutError):
    """The request cannot be honoured as it was sent."""


class ServiceError(ClearcutError):
    """The request was fine and the service was not."""


class InvalidParameterError(CallerError):
    """A parameter's name, value or combination is not taken."""

    code = "validation_error"
    message = "One or more parameters are invalid"

    def __init__(self, field: str, expected: str, received: str) -> None:
        shown = received if len(received) <= 100 else f"{received[:100]}..."
        super().__init__(f"Expected {expected} for {field}, got {shown}")
        self.field = field
        self.expected = expected
        self.received = shown


class MalformedBodyError(CallerError):
    """The body is not what its content type says."""

    code = "malformed_body"
    message = "The request body could not be read"


class MissingImageError(CallerError):
    """No picture came with the request."""

    code = "missing_image"
    message = "The request did not contain an image file"


class MultipleImagesError(CallerError):
    """More than one source picture came with the request."""

    code = "multiple_images"
    message = "The request contained more than one image"


class ImageTooLargeError(CallerError):
    """The upload has more bytes than are taken."""

    code = "image_too_large"
    message = "The uploaded image exceeds the maximum size"


class ResolutionTooHighError(CallerError):
    """The picture has more pixels than are taken."""

    code = "resolution_too_high"
    message = "The image has too many pixels"


class UnsupportedFormatError(CallerError):
    """The bytes are not a picture of a format that is taken."""

    code = "unsupported_format"
    message = "The file is not an image of a supported format"


class UnreadableImageError(CallerError):
    """The bytes begin like a picture and cannot be decoded."""

    code = "unreadable_image"
    message = "The image could not be read"


class NoSubjectError(CallerError):
    """The model found nothing that stands out from the background."""

    code = "no_subject"
    message = "No subject was found in the image"


class ResultTooLargeError(CallerError):
    """The finished picture is larger than the transport carries."""

    code = "result_too_large"
    message = "The result is too large to be returned directly"


class AuthenticationError(CallerError):
    """The key is missing, malformed, unknown or revoked; which of these is not told."""

    code = "authentication_error"
    message = "Invalid or missing API key"


class InsufficientCreditsError(CallerError):
    """The balance does not cover the price."""

    code = "payment_required"
    message = "Insufficient credits"


class PermissionDeniedError(CallerError):
    """The account is known and may not do this."""

    code = "permission_denied"
    message = "Permission denied"


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


class NotFoundError(CallerError):
    """No such address."""

    code = "not_found"
    message = "Not found"


class MethodNotAllowedError(CallerError):
    """The address exists and does not take this method."""

    code = "method_not_allowed"
    message = "Method not allowed"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"Use {' or '.join(allowed)}")
        self.allowed = allowed


class InternalError(ServiceError):
    """A defect; the log has it under the request id."""

    code = "internal_server_error"
    message = "Internal server error"


class ModelFailedError(ServiceError):
    """The model answered something that is not a matte."""

    code = "upstream_error"
    message = "The model failed on this image"


class OverloadedError(ServiceError):
    """Too much work is waiting already."""

    code = "overloaded"
    message = "The service is busy"
    retry_after_seconds = 2


class StoreUnavailableError(ServiceError):
    """The accounts could not be reached, so nothing was charged and nothing was done."""

    code = "store_unavailable"
    message = "Accounts are temporarily unavailable"
    retry_after_seconds = 5


class DeadlineExceededError(ServiceError):
    """The work was stopped because its time was up."""

    code = "deadline_exceeded"
    message = "The image took too long to process"
