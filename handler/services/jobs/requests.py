"""A job's requests as they are kept, every picture in them by the name of a kept one."""

import functools
from collections.abc import Callable
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from handler.domain.job import Job
from handler.domain.request import CutoutRequest, Scene, Source, StoredImage, Variant
from handler.services.jobs.rooms import JobRooms

Keep = Callable[[bytes], StoredImage]


@functools.cache
def _adapter() -> TypeAdapter[tuple[CutoutRequest, ...]]:
    # Made when it is first needed: many processes never do.
    return TypeAdapter(tuple[CutoutRequest, ...])


def request_name(unique: str) -> str:
    """The object that has a job's requests; no account's upload can have such a name."""
    return f"uploads/requests/{unique}.json"


def without_bytes(request: CutoutRequest, keep: Keep) -> CutoutRequest:
    """Keep the pictures that came along, and name them in their place."""
    variants = tuple(_variant_without_bytes(variant, keep) for variant in request.variants)
    return replace(request, source=_kept(request.source, keep), variants=variants)


def store_requests(rooms: JobRooms, job: Job, requests: tuple[CutoutRequest, ...]) -> None:
    """Keep a job's requests."""
    rooms.objects.put(job.request_name, _adapter().dump_json(requests), "application/json")


def load_requests(rooms: JobRooms, job: Job) -> tuple[CutoutRequest, ...] | None:
    """Give a job's requests, or None where they are gone or no longer understood."""
    found = rooms.objects.get(job.request_name)
    if found is None:
        return None
    try:
        return _adapter().validate_json(found)
    except ValidationError:
        # Kept by a release that had other words.
        return None


def _variant_without_bytes(variant: Variant, keep: Keep) -> Variant:
    scene = variant.background
    if not isinstance(scene, Scene) or scene.picture is None:
        return variant
    return replace(variant, background=replace(scene, picture=_kept(scene.picture, keep)))


def _kept(source: Source, keep: Keep) -> Source:
    return keep(source) if isinstance(source, bytes) else source
