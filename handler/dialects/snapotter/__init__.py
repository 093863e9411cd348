"""SnapOtter's background removal: a job, its progress as events, its files, and later effects."""

from collections.abc import Iterator, Mapping
from typing import Any

from handler.dialects.base import Access, Outbound, Route
from handler.dialects.snapotter import openapi
from handler.dialects.snapotter.batch import parse_batch, present_batch
from handler.dialects.snapotter.downloads import parse_download, present_file
from handler.dialects.snapotter.effects import parse_effects, present_effects
from handler.dialects.snapotter.errors import present_error
from handler.dialects.snapotter.names import DIALECT
from handler.dialects.snapotter.progress import parse_watch, present_progress
from handler.dialects.snapotter.removal import parse_removal, present_accepted
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key


class SnapOtter:
    """
    Clients without a key, whose jobs and files have addresses that nobody can guess.

    Where the vendor's code leaves out of phase 1 what its page documents for it, this does it.
    """

    name = DIALECT
    security_schemes: Mapping[str, Any] = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Both generations of addresses, and what they lead to."""
        return (*_posts("v1", "/api/v1/tools"), *_posts("v2", "/api/v1/tools/image"), *_looks())

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `Authorization: Bearer`, where a client sends it."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give `{"error", "code"?, "details"?}`."""
        return present_error(error)


SNAPOTTER = SnapOtter()


def _posts(generation: str, folder: str) -> Iterator[Route]:
    tool = f"{folder}/remove-background"
    remove, effects, batch = openapi.posts(generation)
    yield Route("POST", tool, parse_removal, present_accepted, remove)
    yield Route("POST", f"{tool}/effects", parse_effects, present_effects, effects)
    yield Route("POST", f"{tool}/batch", parse_batch, present_batch, batch)


def _looks() -> Iterator[Route]:
    progress, download = "/api/v1/jobs/{jobId}/progress", "/api/v1/download/{jobId}/{filename:path}"
    for method in ("GET", "HEAD"):
        of_progress, of_download = openapi.looks(method.lower())
        yield Route(method, progress, parse_watch, present_progress, of_progress, Access.ADDRESS)
        yield Route(method, download, parse_download, present_file, of_download, Access.ADDRESS)
