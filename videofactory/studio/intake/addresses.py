"""Which network addresses a link may lead to: public ones. How it is fetched is `links`."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PUBLIC_BUT_INTERNAL = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Azure's host service answers every virtual machine on this public address."""


def why_not_public(address: str) -> str | None:
    """The kind of a private address in words; `None` for a public one. IPv4 inside IPv6 is judged as what it leads to."""
    given = ipaddress.ip_address(address)
    inner = _inside(given) if isinstance(given, IPv6Address) else None
    kind = _kind(inner or given)
    return f"{address} is {kind}" if kind else None


def _kind(address: IPv4Address | IPv6Address) -> str | None:
    kinds = {
        "unspecified": address.is_unspecified,
        "loopback": address.is_loopback,
        "link-local": address.is_link_local,
        "multicast": address.is_multicast,
        "internal to a cloud": address in _PUBLIC_BUT_INTERNAL,
        "private": address.is_private,
        "reserved": address.is_reserved or not address.is_global,
    }
    return next((kind for kind, applies in kinds.items() if applies), None)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address a mapped, NAT64 or 6to4 address leads to; Teredo counts as private as it is."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
