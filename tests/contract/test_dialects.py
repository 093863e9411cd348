"""What holds for all dialects together."""

import re
from collections import Counter

import pytest

from handler.api.fallbacks import nearest
from handler.dialects import DIALECTS


def test_no_two_operations_share_an_address() -> None:
    """Whatever their parts in braces are called, so that the order of dialects decides nothing."""
    addresses = Counter(
        (route.method, re.sub(r"\{[^}]*\}", "{}", path))
        for dialect in DIALECTS
        for route in dialect.routes
        for path in route.paths
    )

    assert {} == {address: times for address, times in addresses.items() if times > 1}


def test_no_fixed_address_is_hidden_by_one_with_parts() -> None:
    """As `/jobs/all` would be by `/jobs/{id}`."""
    paths = [(route.method, path) for dialect in DIALECTS for route in dialect.routes for path in route.paths]
    patterns = [
        (
            method,
            path,
            re.compile("/".join("[^/]+" if "{" in part else re.escape(part) for part in path.split("/"))),
        )
        for method, path in paths
    ]

    hidden = [
        (fixed, path)
        for method, fixed in paths
        for other, path, pattern in patterns
        if fixed != path and method == other and "{" not in fixed and pattern.fullmatch(fixed)
    ]
    assert [] == hidden


def test_every_operation_has_a_name_of_its_own() -> None:
    """Generators of clients make functions of them."""
    names = Counter(route.operation["operationId"] for dialect in DIALECTS for route in dialect.routes)

    assert {} == {name: times for name, times in names.items() if times > 1}


def test_dialects_have_names_and_schemes_of_their_own() -> None:
    """One that took another's place would be found by nobody."""
    schemes = Counter(name for dialect in DIALECTS for name in dialect.security_schemes)

    assert len(DIALECTS) == len({dialect.name for dialect in DIALECTS}) == 7
    assert {} == {name: times for name, times in schemes.items() if times > 1}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1.0/remove", "removebg"),
        ("/v3/ai-cut/segment/", "backgroundcut"),
        ("/v1/tools/upscale/", "threedaistudio"),
        ("/v1/generation-request/some-id/", "threedaistudio"),
        ("/api/tasks/visual/segmentation/some-id/more", "picwish"),
        ("/api/remove/", "rembg"),
        ("/api/v1/tools/image/resize", "snapotter"),
        ("/v1/segment", "native"),
        ("/api", "native"),
        ("/favicon.ico", "native"),
    ],
)
def test_whoever_is_lost_is_told_so_in_their_own_dialect(path: str, name: str) -> None:
    """A vendor's client reads no other error; where nothing tells, ours speaks."""
    assert name == nearest(DIALECTS, path).name
