"""What is wrong with a request or its picture."""

from handler.domain.errors.base import CallerError


class InvalidParameterError(CallerError):
    """A parameter's name, value or combination is not taken."""

    code = "validation_error"
    message = "One or more parameters are invalid"
    field: str

    def __init__(self, field: str, expected: str, received: str) -> None:
        self.field = _shortened(field)
        self.expected = expected
        self.received = _shortened(received)
        super().__init__(f"Expected {expected} for {self.field}, got {self.received}")


class RegionEmptyError(InvalidParameterError):
    """A region of interest that encloses nothing."""

    def __init__(self, received: str) -> None:
        super().__init__("roi", "a region of at least one pixel", received)


class RegionOutOfBoundsError(InvalidParameterError):
    """A region of interest that reaches beyond the picture."""

    def __init__(self, received: str) -> None:
        super().__init__("roi", "a region within the picture", received)


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


class ImageUrlInvalidError(CallerError):
    """The text is not an address of the plain form that is taken."""

    code = "image_url_invalid"
    message = "The image URL is not valid"


class ImageUrlForbiddenError(CallerError):
    """The address, or one that it redirects to, is not on the public web."""

    code = "image_url_forbidden"
    message = "The image URL is not allowed"


class ImageUrlFailedError(CallerError):
    """The address gave nothing usable; what it gave instead is not told."""

    code = "image_url_failed"
    message = "The image could not be downloaded"


class HostUnresolvedError(ImageUrlFailedError):
    """The host's name leads nowhere."""


class TooManyRedirectsError(ImageUrlFailedError):
    """One redirect led to the next, and so on."""


class RedirectNowhereError(ImageUrlFailedError):
    """A redirect that does not say where to."""


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


class VideoError(CallerError):
    """The bytes are a film's, of which no frame is chosen for the caller."""

    code = "video"
    message = "Video is not taken; send one frame of it as a picture"


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


class NotFoundError(CallerError):
    """No such address."""

    code = "not_found"
    message = "Not found"


class UploadNotFoundError(NotFoundError):
    """The account has no such upload, or has it no longer; which of these is not told."""

    message = "There is no such upload, or it has expired"


class JobNotFoundError(NotFoundError):
    """No such job, or another account's; which of these is not told."""

    code = "job_not_found"
    message = "There is no such job"


class ExpiredError(CallerError):
    """It was there, and its time is over."""

    code = "expired"
    message = "The results have expired"


class NotServedError(CallerError):
    """The contract names this, and nobody serves it."""

    code = "not_served"
    message = "Not available"


class MethodNotAllowedError(CallerError):
    """The address exists and does not take this method."""

    code = "method_not_allowed"
    message = "Method not allowed"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"Use {' or '.join(allowed)}")
        self.allowed = allowed


def _shortened(text: str) -> str:
    """What a caller wrote, as far as a message needs it."""
    return text if len(text) <= 100 else f"{text[:100]}..."
