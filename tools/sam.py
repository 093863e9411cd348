"""The SAM tools, in their own environment, with a made-up login and no look-ups of a real one."""

import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.aws_stand_in import LOGIN
from tools.environments import environment

ROOT = Path(__file__).resolve().parent.parent
VARIABLES = {
    "SAM_CLI_TELEMETRY": "0",
    "AWS_DEFAULT_REGION": LOGIN["region_name"],
    "AWS_ACCESS_KEY_ID": LOGIN["aws_access_key_id"],
    "AWS_SECRET_ACCESS_KEY": LOGIN["aws_secret_access_key"],
    "AWS_EC2_METADATA_DISABLED": "true",
}
_EMULATORS = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}
_STOP_SECONDS = 30


def emulator() -> Path:
    """The Lambda runtime emulator, which lies inside the SAM tools."""
    name = _EMULATORS[platform.machine()]
    (found,) = environment("sam").glob(f"lib/python3*/site-packages/samcli/local/rapid/{name}")
    return found


def run_sam(*arguments: str) -> str:
    """Run one command, which must succeed, and give what it prints."""
    finished = subprocess.run(_command(arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if finished.returncode:
        sys.exit(f"sam {' '.join(arguments[:2])} failed\n{finished.stdout}")
    return finished.stdout


@contextmanager
def running_sam(*arguments: str) -> Iterator[None]:
    """Keep a command running; it is asked to stop as a person would, so that it removes its containers."""
    process = subprocess.Popen(_command(arguments), cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_SECONDS)


def _command(arguments: tuple[str, ...]) -> list[str]:
    print("sam", *arguments, flush=True)
    assignments = [f"{name}={value}" for name, value in VARIABLES.items()]
    # Where we were started in the background, we ignore interrupts; what is to be stopped by one must not.
    return ["env", "--default-signal=INT", *assignments, str(environment("sam") / "bin" / "sam"), *arguments]
