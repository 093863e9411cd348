"""
Everything that can go wrong, as one tree.

ClearcutError
|-- CallerError                     what the caller can mend
|   |-- InvalidParameterError       a value, a name or a combination that is not taken
|   |   |-- RegionEmptyError
|   |   `-- RegionOutOfBoundsError
|   |-- MalformedBodyError          the body is not what its content type says
|   |-- MissingImageError
|   |-- MultipleImagesError
|   |-- ImageUrlInvalidError        the text is no address that could be asked
|   |-- ImageUrlForbiddenError      the address, or one that it leads to, is not public
|   |-- ImageUrlFailedError         nothing usable came from the address
|   |   |-- HostUnresolvedError
|   |   |-- TooManyRedirectsError
|   |   `-- RedirectNowhereError
|   |-- ImageTooLargeError          bytes
|   |-- ResolutionTooHighError      pixels
|   |-- UnsupportedFormatError
|   |-- VideoError
|   |-- UnreadableImageError
|   |-- NoSubjectError
|   |-- ResultTooLargeError         the answer does not fit the transport
|   |-- AuthenticationError
|   |   |-- MissingKeyError
|   |   `-- TokenRefusedError
|   |-- InsufficientCreditsError
|   |-- PermissionDeniedError
|   |   `-- ZeroRetentionError
|   |-- RateLimitExceededError
|   |-- IdempotencyInProgressError  a twin of this request is still running
|   |-- IdempotencyMismatchError    another request has used this idempotency key
|   |-- NotFoundError
|   |   |-- UploadNotFoundError
|   |   `-- JobNotFoundError
|   |-- ExpiredError                results whose time is over
|   |-- NotServedError              a contract names it, and nobody serves it
|   `-- MethodNotAllowedError
`-- ServiceError                    what only the service can mend
    |-- InternalError
    |-- ModelFailedError
    |-- OverloadedError
    |-- StoreUnavailableError
    `-- DeadlineExceededError

A code is stable and dialects map it to their own status and words.
"""

from handler.domain.errors.accounts import (
    AuthenticationError,
    IdempotencyInProgressError,
    IdempotencyMismatchError,
    InsufficientCreditsError,
    MissingKeyError,
    PermissionDeniedError,
    RateLimitExceededError,
    TokenRefusedError,
    ZeroRetentionError,
)
from handler.domain.errors.base import (
    CallerError,
    ClearcutError,
    ServiceError,
)
from handler.domain.errors.request import (
    ExpiredError,
    HostUnresolvedError,
    ImageTooLargeError,
    ImageUrlFailedError,
    ImageUrlForbiddenError,
    ImageUrlInvalidError,
    InvalidParameterError,
    JobNotFoundError,
    MalformedBodyError,
    MethodNotAllowedError,
    MissingImageError,
    MultipleImagesError,
    NoSubjectError,
    NotFoundError,
    NotServedError,
    RedirectNowhereError,
    RegionEmptyError,
    RegionOutOfBoundsError,
    ResolutionTooHighError,
    ResultTooLargeError,
    TooManyRedirectsError,
    UnreadableImageError,
    UnsupportedFormatError,
    UploadNotFoundError,
    VideoError,
)
from handler.domain.errors.service import (
    DeadlineExceededError,
    InternalError,
    ModelFailedError,
    OverloadedError,
    StoreUnavailableError,
)

__all__ = [
    "AuthenticationError",
    "CallerError",
    "ClearcutError",
    "DeadlineExceededError",
    "ExpiredError",
    "HostUnresolvedError",
    "IdempotencyInProgressError",
    "IdempotencyMismatchError",
    "ImageTooLargeError",
    "ImageUrlFailedError",
    "ImageUrlForbiddenError",
    "ImageUrlInvalidError",
    "InsufficientCreditsError",
    "InternalError",
    "InvalidParameterError",
    "JobNotFoundError",
    "MalformedBodyError",
    "MethodNotAllowedError",
    "MissingImageError",
    "MissingKeyError",
    "ModelFailedError",
    "MultipleImagesError",
    "NoSubjectError",
    "NotFoundError",
    "NotServedError",
    "OverloadedError",
    "PermissionDeniedError",
    "RateLimitExceededError",
    "RedirectNowhereError",
    "RegionEmptyError",
    "RegionOutOfBoundsError",
    "ResolutionTooHighError",
    "ResultTooLargeError",
    "ServiceError",
    "StoreUnavailableError",
    "TokenRefusedError",
    "TooManyRedirectsError",
    "UnreadableImageError",
    "UnsupportedFormatError",
    "UploadNotFoundError",
    "VideoError",
    "ZeroRetentionError",
]
