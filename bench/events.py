"""`make bench-events`: what carrying a 4 MB upload through API Gateway's JSON costs the function."""

import argparse
import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.exchange import BOUNDARY, Call, multipart
from bench.peers.server import ROOT
from bench.speed.table import grid, machine

UPLOAD_BYTES = 4_000_000
GOAL_MS = 25.0
RUNS = 15


@dataclass(frozen=True, slots=True)
class Context:
    """What the runtime tells of an invocation."""

    aws_request_id: str = "bench"

    def get_remaining_time_in_millis(self) -> int:
        """As long as the function may run."""
        return 29_000


def event(content_type: str, body: bytes) -> dict[str, Any]:
    """The gateway's event for a POST; the template has it send every body as base64."""
    return {
        "resource": "/v1/remove",
        "path": "/v1/remove",
        "httpMethod": "POST",
        "headers": {"Content-Type": content_type},
        "multiValueHeaders": {"Content-Type": [content_type]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {"requestId": "bench", "identity": {"sourceIp": "127.0.0.1"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def forms(upload: bytes) -> dict[str, dict[str, Any]]:
    """An upload in each form of body that carries one."""
    as_json = json.dumps({"image_file_b64": base64.b64encode(upload).decode()}).encode()
    return {
        "multipart": event(
            f"multipart/form-data; boundary={BOUNDARY}", multipart(Call("/", "image_file"), upload)
        ),
        "raw": event("image/jpeg", upload),
        "json": event("application/json", as_json),
    }


def _milliseconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return round(median(spent), 1)


def _measured() -> list[tuple[str, float, float]]:
    # Importing the function starts it, so only the measuring process does.
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415

    from handler.api.intake import read_inbound  # noqa: PLC0415
    from handler.domain.limits import Limits  # noqa: PLC0415
    from handler.main import make_handler  # noqa: PLC0415

    upload = np.random.default_rng(seed=0).bytes(UPLOAD_BYTES)
    answers = iter([*[b""] * RUNS * len(forms(b"")), *[upload] * (RUNS + 1)])

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - the adapter's names differ
        await read_inbound(Request(scope, receive), Limits())
        await Response(next(answers), media_type="image/png")(scope, receive, send)

    handle: Any = make_handler(app)
    lines = []
    for name, given in forms(upload).items():
        text = json.dumps(given)
        spent = _milliseconds(partial(json.loads, text)), _milliseconds(partial(handle, given, Context()))
        lines.append((f"in, {name}", *spent))
    small = event("image/jpeg", b"")
    answer = handle(small, Context())
    spent = _milliseconds(partial(json.dumps, answer)), _milliseconds(partial(handle, small, Context()))
    return [*lines, ("out", *spent)]


def main() -> None:
    """Measure in a process whose stores are its own, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.events", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="only measure, and print JSON")
    if parser.parse_args().measure:
        print(json.dumps(_measured()))
        return
    with TemporaryDirectory(prefix="clearcut-events-") as home:
        command = ["env", f"CLEARCUT_HOME={home}", sys.executable, "-m", "bench.events", "--measure"]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    lines = [
        [name, "yes" if ours <= GOAL_MS else "no", f"{ours:.1f}", f"{runtime:.1f}"]
        for name, runtime, ours in json.loads(told)
    ]
    print(f"{machine()}; {UPLOAD_BYTES / 1e6:g} MB, medians of {RUNS}\n")
    print(grid(["body", f"within {GOAL_MS:g} ms", "function ms", "runtime's JSON ms"], lines))


if __name__ == "__main__":
    main()
