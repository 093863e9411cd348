"""The function under the runtime client and the emulator of Lambda's own images, its table in moto."""

import base64
import http.client
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from tools.aws_stand_in import LOGIN, Deployment, deploy, running_aws
from tools.listening import await_port, free_port
from tools.make_events import BOUNDARY, KEY, Call, event, multipart, picture
from tools.sam import emulator

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.emulator, pytest.mark.model]


@dataclass(frozen=True, slots=True)
class Function:
    """A running function."""

    port: int
    deployment: Deployment

    def replay(self, name: str) -> dict[str, Any]:
        """Hand over a named event."""
        return self.invoke((ROOT / "events" / f"rest_native_{name}.json").read_text("utf-8"))

    def invoke(self, text: str) -> dict[str, Any]:
        """Hand over an event, in the name of somebody with credits."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = text.replace(KEY, self.deployment.key)
        connection.request("POST", "/2015-03-31/functions/function/invocations", text.encode())
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """The real entry with the real model, for as long as the tests take."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    with running_aws() as endpoint:
        deployment = deploy(endpoint, granted=40)
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


def spent(function: Function) -> int:
    """Credits that are gone."""
    balance = json.loads(function.replay("me")["body"])
    return int(balance["usedCredits"])


def test_a_form_with_a_picture_comes_back_cut_out(function: Function) -> None:
    """What is behind the ball is gone, and the ball is whole."""
    answer = function.replay("multipart")

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

    assert (400, before) == (function.replay("unreadable_image")["statusCode"], spent(function))
    assert (200, before + 1) == (function.replay("raw")["statusCode"], spent(function))


def test_an_unknown_key_is_refused(function: Function) -> None:
    """By the table, not by the form of the key."""
    answer = function.replay("unknown_key")

    assert (401, "authentication_error") == (answer["statusCode"], json.loads(answer["body"])["code"])


@pytest.mark.parametrize(("side", "megabytes"), [(1198, 4.3), (1225, 4.5)])
def test_the_largest_requests_that_are_promised_fit(function: Function, side: int, megabytes: float) -> None:
    """4.5 MB of picture is the most that is promised; events over 6 MB are cut off in silence."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture("PNG"))).resize((1224, side)).save(buffer, "BMP")
    assert megabytes == pytest.approx(buffer.tell() / 1e6, rel=0.03)
    call = Call("POST", "/v1/remove", {"x-api-key": KEY, "Content-Type": "image/bmp"}, "", buffer.getvalue())

    answer = function.invoke(json.dumps(event(call, 1)))

    assert (200, str(side)) == (answer["statusCode"], answer["headers"]["x-image-height"])


@pytest.mark.parametrize(
    ("side", "megabytes", "status"), [(1329, 4.3, 200), (1361, 4.5, 200), (1607, 6.1, 303), (3024, 19, 303)]
)
def test_results_of_any_size_arrive(function: Function, side: int, megabytes: float, status: int) -> None:
    """In the answer where Lambda carries it, else from the bucket; each is paid for once."""
    before = spent(function)
    noise = io.BytesIO()
    pixels = np.random.default_rng(7).integers(0, 256, (1200, 1200, 3), np.uint8)
    Image.fromarray(pixels).save(noise, "JPEG", quality=50)
    form = multipart(
        {"width": str(side), "height": str(side), "fit": "cover"},
        {"image_file": picture("JPEG"), "bg_image_file": noise.getvalue()},
    )
    headers = {"x-api-key": KEY, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    answer = function.invoke(json.dumps(event(Call("POST", "/v1/remove", headers, "", form), 1)))

    assert status == answer["statusCode"], answer["body"][:300]
    body = base64.b64decode(answer["body"]) if status == 200 else fetched(answer["headers"]["location"])
    assert megabytes == pytest.approx(len(body) / 1e6, rel=0.05)
    assert (side, side) == Image.open(io.BytesIO(body)).size
    assert before + 1 == spent(function)


def fetched(location: str) -> bytes:
    """What an address gives to whoever has it."""
    parts = urlsplit(location)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    assert 200 == response.status
    body = response.read()
    connection.close()
    return body
