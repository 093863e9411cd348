"""The trunk of the error tree."""

from typing import ClassVar


class ClearcutError(Exception):
    """
    Any refusal or failure that may be shown to a caller.

    Attributes:
        field: the parameter at fault, where it is known to be another than the source picture.
    """

    code: ClassVar[str]
    message: ClassVar[str]
    retry_after_seconds: int | None = None
    field: str | None = None

    def __init__(self, details: str | None = None) -> None:
        super().__init__(details or self.message)
        self.details = details


class CallerError(ClearcutError):
    """The request cannot be honoured as it was sent."""


class ServiceError(ClearcutError):
    """The request was fine and the service was not."""
