"""
Which addresses and names are the public web.

Python's `is_global` differs between releases and is true for several ways to spell a private IPv4 address
inside an IPv6 one, so it is the second wall here and not the first.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from handler.fetch.target import Host, IPAddress

_DENIED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' own, and one cloud's metadata
        "127.0.0.0/8",  # loopback: Lambda's runtime API is here
        "168.63.129.16/32",  # a cloud's host agent, though the number is a public one
        "169.254.0.0/16",  # link-local: metadata services are here
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and one cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# All that was ever given out for use across the Internet; the rest is special or unassigned.
_UNICAST_IPV6 = IPv6Network("2000::/3")
_DENIED_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: retired, and made to carry IPv4 addresses of any kind
        "3fff::/20",  # documentation
    )
)
# IPv4 addresses as a resolver may spell them: mapped, and by NAT64 on networks that speak IPv6 only.
# Other wrappings (compatible, translated, 64:ff9b:1::/48) are not unicast as above, so never public.
_SPELLINGS_OF_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
# The third quarter of an address whose last quarter is an IPv4 address, under any prefix.
_ISATAP = {0x00005EFE, 0x02005EFE}
_RESERVED_NAMES = ("localhost", "local", "internal", "intranet", "lan", "corp", "home.arpa", "test", "onion")


def is_public_name(host: Host) -> bool:
    """Whether the public DNS may know the name; others are not even looked up."""
    if host.literal is not None:
        return True
    return "." in host.name and not any(host.name.endswith(f".{name}") for name in _RESERVED_NAMES)


def is_public(text: str) -> bool:
    """Whether an address, and every other address that it carries inside, is on the public Internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public(address)


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _DENIED_IPV4) and _is_plain(address)
    inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in _SPELLINGS_OF_IPV4):
        return _is_public(inner)
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP and not _is_public(inner):
        return False
    denied = address not in _UNICAST_IPV6 or any(address in network for network in _DENIED_IPV6)
    return not denied and _is_plain(address)


def _is_plain(address: IPAddress) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
