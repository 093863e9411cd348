"""What only the service can mend."""

from handler.domain.errors.base import ServiceError


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
