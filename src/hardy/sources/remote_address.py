"""Which addresses a URL from somebody else's table may lead to: public ones only.

Source: Python's `ipaddress` for the ranges (IANA's special-purpose registries); RFC 6052 (NAT64), RFC 3056 (6to4) and
RFC 4380 (Teredo) for the IPv4 address inside an IPv6 one.
"""

import ipaddress
import socket

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver.

    Raises:
        OSError: it has none, or the resolver does not answer.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal(address: str) -> str | None:
    """Why an address is not connected to, or None where it is public.

    Example:
        >>> refusal("127.0.0.1"), refusal("::ffff:10.0.0.1"), refusal("1.1.1.1")
        ('a loopback address', 'a private address', None)
    """
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    for found in _meant(given):
        for kind, applies in (
            ("loopback", found.is_loopback),
            ("link-local", found.is_link_local),
            ("multicast", found.is_multicast),
            ("unspecified", found.is_unspecified),
            ("private", found.is_private),
            ("reserved", found.is_reserved),
            ("non-public", not found.is_global),
        ):
            if applies:
                return f"a {kind} address" if kind != "unspecified" else "an unspecified address"
    return None


def _meant(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The addresses that packets to it may reach."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    inner = [address.sixtofour, *(address.teredo or ())]
    return [address, *(part for part in inner if part is not None)]
