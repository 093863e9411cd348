"""Where a picture comes from."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ImageUrl:
    """Where a picture is to be had; it may carry a signature, so it is never shown."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture that the caller's account uploaded earlier."""

    id: str


Source = bytes | ImageUrl | StoredImage
