"""The clients that the README names."""

import json
import re

from tools.environments import LOCKS

README = LOCKS.parent / "README.md"


def test_the_readme_names_the_versions_that_are_tested() -> None:
    """As they are pinned."""
    pinned = re.findall(r"^(\S+)==(\S+)$", (LOCKS / "clients.in").read_text("utf-8"), re.MULTILINE)
    for package in sorted((LOCKS / "npm").glob("*/package.json")):
        pinned += json.loads(package.read_text("utf-8"))["dependencies"].items()
    told = README.read_text("utf-8")

    assert pinned
    assert [] == [(name, version) for name, version in pinned if f"`{name}` {version}" not in told]
