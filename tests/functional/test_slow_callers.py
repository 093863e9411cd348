"""Callers who stop sending, or leave before their answer: the application, driven message by message."""

import http.client
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from handler.api.intake import read_inbound
from handler.bootstrap.service import Service, build
from handler.domain.errors import MalformedBodyError
from handler.domain.limits import Limits
from handler.settings import Settings
from tests.customers import used
from tests.fakes import FakeModel
from tests.images import encoded, gradient
from tests.serving import served

Messages = list[MutableMapping[str, Any]]
PICTURE = encoded(gradient())


@dataclass
class Caller:
    """Sends its messages, and then does what it does."""

    messages: Messages
    then: Callable[[], Awaitable[MutableMapping[str, Any]]]
    answered: Messages = field(default_factory=list)

    async def receive(self) -> MutableMapping[str, Any]:
        """The next message."""
        return self.messages.pop(0) if self.messages else await self.then()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Take a part of the answer."""
        self.answered.append(message)


async def leave() -> MutableMapping[str, Any]:
    """Hang up."""
    return {"type": "http.disconnect"}


async def fall_silent() -> MutableMapping[str, Any]:
    """Keep the line open and say nothing."""
    await anyio.sleep_forever()
    raise AssertionError


def scope(key: str = "", **headers: str) -> dict[str, Any]:
    """A POST of a picture."""
    given = {"content-type": "image/png", "x-api-key": key, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {
        "type": "http",
        "method": "POST",
        "path": "/v1/remove",
        "query_string": b"",
        "headers": raw,
        "server": None,
    }


def body(data: bytes, *, more: bool = False) -> MutableMapping[str, Any]:
    """A piece of a body."""
    return {"type": "http.request", "body": data, "more_body": more}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    return build(Settings(home=tmp_path), model=FakeModel())


@pytest.mark.parametrize(
    "limits", [Limits(max_stall_seconds=0.05), Limits(max_body_seconds=0.05)], ids=["stalled", "never done"]
)
def test_whoever_stops_sending_is_not_waited_for(limits: Limits) -> None:
    """Neither for the next piece nor for the whole."""
    caller = Caller([body(PICTURE[:50], more=True)], fall_silent)

    with pytest.raises(MalformedBodyError, match="too slowly"):
        anyio.run(read_inbound, Request(scope(), caller.receive), limits)


@pytest.mark.parametrize(("headers", "charged"), [({}, 0), ({"idempotency_key": "order-1"}, 1)])
def test_who_leaves_before_the_answer_pays_only_for_one_that_is_kept(
    service: Service, client: TestClient, key: str, headers: dict[str, str], charged: int
) -> None:
    """Without an idempotency key the picture was made in vain."""
    caller = Caller([body(PICTURE)], leave)

    anyio.run(service.app, scope(key, **headers), caller.receive, caller.send)

    assert caller.answered[0]["status"] == 200
    assert charged == used(client, key)


def test_who_leaves_while_sending_pays_nothing(service: Service, client: TestClient, key: str) -> None:
    """Half a picture is no request."""
    caller = Caller([body(PICTURE[:50], more=True)], leave)

    anyio.run(service.app, scope(key), caller.receive, caller.send)

    assert caller.answered[0]["status"] == 400
    assert used(client, key) == 0


def test_a_refusal_reaches_those_who_send_everything_first(service: Service) -> None:
    """Many clients read nothing until all is sent; a connection broken meanwhile would be all they see."""
    body, headers = bytes(8 * 1024 * 1024), {"x-api-key": "wrong", "Content-Type": "image/png"}
    with served(service) as port:
        for _ in range(5):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("POST", "/v1/remove", body, headers)
            assert connection.getresponse().status == 401
            connection.close()
