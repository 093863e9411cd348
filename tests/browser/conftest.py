"""A real browser, driven from a test."""

import shutil
from pathlib import Path

import pytest

from tools.environments import node_environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def driver() -> tuple[Path, str]:
    """Folder of what drives the browser, and the browser's program."""
    if CHROMIUM is None:
        pytest.skip("no browser: `apt-get install chromium` brings the one that this test drives")
    return node_environment("browser"), CHROMIUM
