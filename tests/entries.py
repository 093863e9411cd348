"""Entries of Lambda functions, imported as Lambda does: anew, with a function's environment."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tools.aws_stand_in import LOGIN

ROOT = Path(__file__).resolve().parent.parent
FUNCTION = {
    "AWS_LAMBDA_FUNCTION_NAME": "clearcut",
    "AWS_DEFAULT_REGION": LOGIN["region_name"],
    "AWS_ACCESS_KEY_ID": LOGIN["aws_access_key_id"],
    "AWS_SECRET_ACCESS_KEY": LOGIN["aws_secret_access_key"],
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the runtime tells of an invocation."""

    aws_request_id: str = "11111111-2222-4333-8444-555555555555"


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """A function's environment, with these variables of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in {**FUNCTION, **variables}.items():
            patch.setenv(variable, value)
        yield


@contextmanager
def imported(name: str, variables: Mapping[str, str]) -> Iterator[ModuleType]:
    """The module, for as long as it is needed."""
    with environment(variables):
        sys.modules.pop(name, None)
        yield importlib.import_module(name)
        del sys.modules[name]


def modules_after(name: str, variables: Mapping[str, str]) -> set[str]:
    """The packages that a process has loaded once it has imported the module."""
    script = f"import sys, {name}; print(*{{each.partition('.')[0] for each in sys.modules}})"
    environment = {**FUNCTION, **variables, "PATH": os.defpath}
    command = [sys.executable, "-c", script]
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())
