"""The deployment on this machine, built and run by SAM: its answers are the local server's, byte for byte."""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cfnlint.decode import cfn_yaml

from tools.aws_stand_in import Deployment, deploy, running_aws
from tools.containers import (
    EMULATED_IMAGE,
    IMAGE,
    host_address,
    image_megabytes,
    make_emulated_image,
    require_engine,
    running_read_only,
)
from tools.listening import await_port, free_port
from tools.make_events import EVENTS, KEY, picture
from tools.sam import ROOT, VARIABLES, emulator, run_sam, running_sam

BUILT = ROOT / ".aws-sam" / "build"
FUNCTION = "CutoutFunction"
CREDITS = 10
# The template's memory pays for two threads, and so many are counted on here.
SETTINGS = {"CLEARCUT_THREADS": "2"}


def main() -> None:
    """Build, run in every way, compare; any difference ends the process with an error."""
    require_engine()
    run_sam("validate")
    run_sam("build")
    make_emulated_image()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_aws() as endpoint,
        # The same services again, where containers can reach them.
        running_aws(host_address()) as endpoint_for_containers,
    ):
        compare(Path(folder), deploy(endpoint, CREDITS), endpoint_for_containers)
    print(f"{IMAGE} has {image_megabytes(IMAGE):.0f} MB")


def _emulated(path: Path) -> str:
    """The built template, as JSON, with the emulated image and without what SAM's own gateway cannot read."""
    content = cfn_yaml.load(str(path))
    for methods in content["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"].values():
        for method in methods.values():
            # A condition, which only CloudFormation settles.
            method.pop("security", None)
    return json.dumps(content).replace(IMAGE, EMULATED_IMAGE)


def compare(work: Path, deployment: Deployment, endpoint: str) -> None:
    """Ask the local server, SAM in both its ways, and the image by itself."""
    settings = {**SETTINGS, **deployment.settings(endpoint)}
    photo, event, variables = work / "photo.jpg", work / "event.json", work / "variables.json"
    photo.write_bytes(picture("JPEG"))
    # The event's picture is the same one, in the same form that curl sends.
    event.write_text(
        EVENTS.joinpath("rest_native_multipart.json").read_text("utf-8").replace(KEY, deployment.key), "utf-8"
    )
    variables.write_text(json.dumps({FUNCTION: settings}), "utf-8")
    template = BUILT / "emulated.yaml"
    template.write_text(_emulated(BUILT / "template.yaml"), "utf-8")
    flags = ("--template", str(template), "--env-vars", str(variables), "--skip-pull-image")

    with running_local_server(work / "home") as (address, key):
        expected = remove(address, key, photo)
    check(
        "sam local invoke",
        expected,
        picture_of(run_sam("local", "invoke", FUNCTION, "--event", str(event), *flags)),
    )

    port = free_port()
    with running_read_only(emulator(), port, {**settings, **VARIABLES}):
        await_port(port)
        path = "2015-03-31/functions/function/invocations"
        answer = curl(
            f"http://127.0.0.1:{port}/{path}",
            "--data-binary",
            f"@{event}",
            "--retry",
            "5",
            "--retry-all-errors",
        )
    check("the image, read-only", expected, picture_of(answer.decode()))

    port = free_port()
    with running_sam("local", "start-api", "--port", str(port), "--warm-containers", "EAGER", *flags):
        address = f"http://127.0.0.1:{port}"
        await_port(port)
        check("sam local start-api", expected, remove(address, deployment.key, photo))
        books = json.loads(curl(f"{address}/v1/me", "--header", f"x-api-key: {deployment.key}"))
    check("credits spent", b"3", str(books["usedCredits"]).encode())


def check(what: str, expected: bytes, found: bytes) -> None:
    """Say that two answers are equal, or stop."""
    if expected != found:
        sys.exit(
            f"{what}: expected {len(expected)} bytes {expected[:40]!r}, got {len(found)}: {found[:40]!r}"
        )
    print(f"{what}: {len(found)} bytes, equal")


@contextmanager
def running_local_server(home: Path) -> Iterator[tuple[str, str]]:
    """Serve as `make run` does, and give the address and the demo key."""
    port = free_port()
    settings = {**SETTINGS, "CLEARCUT_HOME": str(home), "CLEARCUT_PORT": str(port)}
    assignments = [f"{name}={value}" for name, value in settings.items()]
    server = subprocess.Popen(["env", *assignments, sys.executable, "-m", "handler.local"], cwd=ROOT)
    try:
        await_port(port)
        curl(f"http://127.0.0.1:{port}/health")  # the port is taken before the model is loaded
        yield f"http://127.0.0.1:{port}", (home / "demo-key").read_text("utf-8").strip()
    finally:
        server.terminate()
        server.wait()


def remove(address: str, key: str, photo: Path) -> bytes:
    """Have a picture cut out."""
    return curl(f"{address}/v1/remove", "--header", f"x-api-key: {key}", "--form", f"image_file=@{photo}")


def curl(address: str, *arguments: str) -> bytes:
    """Ask a server; it must answer well."""
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--fail-with-body",
        "--max-time",
        "90",
        *arguments,
        address,
    ]
    finished = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if finished.returncode:
        sys.exit(f"{address}: {finished.stdout[:500].decode(errors='replace')}")
    return finished.stdout


def picture_of(answer: str) -> bytes:
    """The body that the gateway would send."""
    content = json.loads(answer)
    if content.get("statusCode") != 200:
        sys.exit(f"expected status 200, got {answer[:500]}")
    return base64.b64decode(content["body"])


if __name__ == "__main__":
    main()
