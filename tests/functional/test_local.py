"""`make run`'s process itself, started as a user starts it, with the installed model."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.images import encoded, gradient

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def command() -> list[str]:
    """What the Makefile runs."""
    return [sys.executable, "-m", "handler.local"]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The user's environment with some settings; port 0 takes any that is free."""
    return {**os.environ, "CLEARCUT_HOME": str(home), "PORT": "0", **settings}  # noqa: TID251 - handed on, not read


@contextmanager
def started(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and all that it says before it serves."""
    process = subprocess.Popen(
        command(), cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "curl" in line:
                break
        yield process, said
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_SECONDS)
        process.stdout.close()


@pytest.mark.model
def test_the_line_to_paste_gives_a_cut_out(tmp_path: Path) -> None:
    """The key and the address that are printed work, and the process ends when it is told to."""
    with started(tmp_path) as (process, said):
        pasted = re.search(r"curl -f (http\S+) -H 'x-api-key: (\S+)' -F image_file=@photo.jpg", said)
        assert pasted is not None
        url, key = pasted.groups()
        answer = httpx2.post(url, headers={"x-api-key": key}, files={"image_file": encoded(gradient())})
        balance = httpx2.get(url.replace("remove", "me"), headers={"x-api-key": key}).json()
        with urllib.request.urlopen(url.replace("/v1/remove", "/ready")) as ready:  # noqa: S310 - loopback
            assert ready.status == 200

    assert answer.status_code in {200, 400}, "a gradient may have no subject; anything else is a fault"
    assert balance["maxCredits"] == 1000
    assert balance["usedCredits"] == (1 if answer.status_code == 200 else 0)
    assert (tmp_path / "demo-key").read_text("utf-8").strip() == key
    assert stat.S_IMODE((tmp_path / "demo-key").stat().st_mode) == 0o600
    assert process.returncode in {0, -signal.SIGINT}


@pytest.mark.model
def test_the_demo_key_is_made_once(tmp_path: Path) -> None:
    """The second start keeps the account; a key of other stores is replaced."""
    keys = []
    for stale in (None, None, "ck_live_of_other_stores"):
        if stale:
            (tmp_path / "demo-key").write_text(stale, "utf-8")
        with started(tmp_path) as (_, said):
            keys.append(re.findall(r"x-api-key: (\S+)'", said)[0])

    assert keys[0] == keys[1]
    assert keys[2] not in {keys[0], "ck_live_of_other_stores"}


def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            command(),
            cwd=ROOT,
            env=environment(tmp_path, PORT=port),
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert f"Port {port}" in ended.stdout
    assert "PORT=8001 make run" in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "abc"}, "CLEARCUT_PORT or PORT"),
        ({"CLEARCUT_LOG_LEVEL": "loud"}, "CLEARCUT_LOG_LEVEL"),
        ({"CLEARCUT_PRICES": "x"}, "CLEARCUT_PRICES"),
        ({"CLEARCUT_PRICES": '{"a":"1"}'}, "CLEARCUT_PRICES"),
        ({"CLEARCUT_TABLE_NAME": "t"}, "AWS_DEFAULT_REGION"),
        ({"CLEARCUT_TABLE_NAME": "t", "AWS_PROFILE": "nobody"}, "nobody"),
        ({"CLEARCUT_HOME": "/proc/none"}, "CLEARCUT_HOME"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    """In one line, and nothing is served."""
    plain = {name: value for name, value in environment(tmp_path).items() if not name.startswith("AWS_")}
    ended = subprocess.run(
        command(),
        cwd=ROOT,
        env=plain | {"AWS_CONFIG_FILE": str(tmp_path / "none")} | settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert named in ended.stdout.splitlines()[-1]
    assert ended.stderr == ""


def test_without_a_model_nothing_is_served(tmp_path: Path) -> None:
    """The message names the folder and the command."""
    ended = subprocess.run(
        command(),
        cwd=ROOT,
        env=environment(tmp_path, CLEARCUT_MODELS_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert str(tmp_path) in ended.stdout
    assert "Traceback" not in ended.stderr
