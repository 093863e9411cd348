"""The function under the runtime client and the emulator of Lambda's own images, its table in moto."""

import base64
import http.client
import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tools.aws_stand_in import LOGIN, Deployment, deploy, running_aws
from tools.make_events import KEY
from tools.sam import emulator

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
pytestmark = [pytest.mark.emulator, pytest.mark.model]


@dataclass(frozen=True, slots=True)
class Function:
    """A running function."""

    port: int
    deployment: Deployment

    def invoke(self, name: str) -> dict[str, Any]:
        """Hand over a named event, in the name of somebody with credits."""
        text = (ROOT / "events" / f"rest_native_{name}.json").read_text("utf-8")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        event = text.replace(KEY, self.deployment.key).encode()
        connection.request("POST", "/2015-03-31/functions/function/invocations", event)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """The real entry with the real model, for as long as the tests take."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    with running_aws() as endpoint:
        deployment = deploy(endpoint, granted=20)
        with running_emulator(deployment.settings(endpoint), log) as port:
            yield Function(port, deployment)


@contextmanager
def running_emulator(settings: dict[str, str], log: Path) -> Iterator[int]:
    """Start the function in an environment that holds only what Lambda gives, and tell its port."""
    port, runtime_port = free_port(), free_port()
    variables = {
        **settings,
        "PATH": "/usr/bin:/bin",
        "AWS_DEFAULT_REGION": LOGIN["region_name"],
        "AWS_ACCESS_KEY_ID": LOGIN["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": LOGIN["aws_secret_access_key"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "27",
        "ORT_DISABLE_TELEMETRY": "1",
    }
    command = [str(emulator()), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{runtime_port}"]
    command += [sys.executable, "-m", "awslambdaric", "handler.main.handler"]
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=lines, stderr=lines)
        try:
            await_port(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    """A port that nobody has, for now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def await_port(port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nobody listens on {port}")


def spent(function: Function) -> int:
    """Credits that are gone."""
    balance = json.loads(function.invoke("me")["body"])
    return int(balance["usedCredits"])


def test_a_form_with_a_picture_comes_back_cut_out(function: Function) -> None:
    """What is behind the ball is gone, and the ball is whole."""
    answer = function.invoke("multipart")

    assert (200, True, "image/png") == (
        answer["statusCode"],
        answer["isBase64Encoded"],
        answer["headers"]["content-type"],
    )
    picture = Image.open(io.BytesIO(base64.b64decode(answer["body"])))
    picture.load()
    assert ("PNG", "RGBA", (160, 120)) == (picture.format, picture.mode, picture.size)
    alpha = picture.getchannel("A")
    assert [0, 0, 0, 0] == [alpha.getpixel(corner) for corner in ((0, 0), (159, 0), (0, 119), (159, 119))]
    assert 255 == alpha.getpixel((75, 55))


def test_the_books_in_dynamodb_are_kept(function: Function) -> None:
    """One credit a picture, none for a refusal."""
    before = spent(function)

    assert (400, before) == (function.invoke("unreadable_image")["statusCode"], spent(function))
    assert (200, before + 1) == (function.invoke("raw")["statusCode"], spent(function))


def test_an_unknown_key_is_refused(function: Function) -> None:
    """By the table, not by the form of the key."""
    answer = function.invoke("unknown_key")

    assert (401, "authentication_error") == (answer["statusCode"], json.loads(answer["body"])["code"])
