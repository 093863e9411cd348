"""Answers whose body comes piece by piece, over a connection that lasts until all is told."""

import itertools
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import anyio
import anyio.to_thread
from starlette.types import Scope

from handler.api.gateway import is_buffered
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How streams are held.

    Attributes:
        max_open: so many at once; the next ones are told what is known, and come again.
        pause_seconds: how long nobody looks where there was nothing new.
        max_seconds: of one stream, after which its client comes again.
    """

    max_open: int = 64
    pause_seconds: float = 0.25
    max_seconds: float = 300.0


class Streams:
    """
    Open streams, none of which holds a thread or one of the places for pictures while it waits.

    Through a gateway that hands on whole answers only, a stream ends after what is known.
    """

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._open = 0

    @property
    def open(self) -> int:
        """How many there are."""
        return self._open

    async def carried(self, outbound: Outbound, scope: Scope) -> tuple[Outbound, AsyncIterator[bytes] | None]:
        """The answer as it travels: whole, or with its pieces to come."""
        chunks = outbound.chunks
        if chunks is None:
            return outbound, None
        if scope["method"] == "HEAD":
            return outbound, self._pieces(iter(()))
        if is_buffered(scope) or self._open >= self._pace.max_open:
            body = await anyio.to_thread.run_sync(_known, chunks)
            return replace(outbound, body=body, chunks=None), None
        return outbound, self._pieces(chunks)

    async def _pieces(self, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            until = anyio.current_time() + self._pace.max_seconds
            while anyio.current_time() < until:
                piece = await anyio.to_thread.run_sync(next, chunks, None)
                if piece is None:
                    return
                if piece:
                    yield piece
                else:
                    await anyio.sleep(self._pace.pause_seconds)
        except ClearcutError:
            logger.warning("stream ended early: its client comes again", exc_info=True)
        finally:
            self._open -= 1


def _known(chunks: Iterator[bytes]) -> bytes:
    return b"".join(itertools.takewhile(bool, chunks))
