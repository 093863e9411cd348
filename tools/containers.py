"""What the tools ask of a container engine; any that answers to Docker's commands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

IMAGE = "cutoutfunction:latest"
EMULATED_IMAGE = "clearcut-emulated:latest"


def require_engine() -> None:
    """Stop where no container can be run."""
    if subprocess.run([_engine(), "info"], capture_output=True, check=False).returncode:
        sys.exit("no container engine answers: start Docker, or set DOCKER_HOST to one that is compatible")


def host_address() -> str:
    """Where a container finds the machine that it runs on."""
    return _ask("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")


def image_megabytes(image: str) -> float:
    """Size of an image, everything below it included."""
    return int(_ask("image", "inspect", image, "--format", "{{.Size}}")) / 1e6


def make_emulated_image() -> None:
    """
    Derive what SAM can emulate: it adds its emulator to the image with the image's own user.

    That user may write nothing, which is the point of it, so here it is root.
    """
    recipe = f"FROM {IMAGE}\nUSER root\n"
    command = [_engine(), "build", "--quiet", "--tag", EMULATED_IMAGE, "-"]
    subprocess.run(command, input=recipe, text=True, check=True, capture_output=True)


@contextmanager
def running_read_only(emulator: Path, port: int, variables: Mapping[str, str]) -> Iterator[None]:
    """Run the image itself, as its own user and with nothing to write to but /tmp, under the emulator."""
    flags = [f"--env={name}={value}" for name, value in variables.items()]
    flags += ["--read-only", "--tmpfs=/tmp", f"--publish=127.0.0.1:{port}:8080"]
    flags += [f"--volume={emulator}:/emulator:ro", "--entrypoint=/emulator"]
    command = ["/opt/venv/bin/python", "-m", "awslambdaric", "handler.main.handler"]
    container = _ask("run", "--detach", *flags, IMAGE, *command)
    try:
        yield
    finally:
        print(_ask("logs", container))
        _ask("rm", "--force", container)


def _ask(*command: str) -> str:
    finished = subprocess.run([_engine(), *command], capture_output=True, text=True, check=False)
    if finished.returncode:
        sys.exit(f"{' '.join(command)}: {finished.stderr}")
    return finished.stdout.strip()


def _engine() -> str:
    found = shutil.which("docker") or shutil.which("podman")
    return found or sys.exit("no container engine is installed: neither docker nor podman is there")
