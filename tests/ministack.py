"""MiniStack, a stand-in for AWS beside moto, in an environment of its own since it pins its own botocore."""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.environments import environment
from tools.listening import free_port

START_SECONDS = 60


@contextmanager
def running_ministack(folder: Path) -> Iterator[str]:
    """Run a server on a free port of this machine only, and give its address."""
    port = free_port()
    settings = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        # Without this an MQTT broker listens on every address of the machine.
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with (folder / "ministack.log").open("wb") as log:
        command = [str(environment("ministack") / "bin" / "ministack")]
        server = subprocess.Popen(command, env=settings, cwd=folder, stdout=log, stderr=log)
        try:
            _await_health(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _await_health(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("MiniStack did not start")
