"""Which addresses are public."""

import pytest

from handler.fetch.publicness import is_public
from tests.forbidden import ADDRESSES


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_not_public_is_told(address: str) -> None:
    """Private, local, reserved and wrapped ones."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2606:4700::5efe:808:808",
    ],
)
def test_the_addresses_beside_are_public(address: str) -> None:
    """A wall that is too wide would keep pictures out."""
    assert is_public(address)
