"""Which addresses of others a server may be made to call: public ones, and those it is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from domain.errors import InputError

Network = IPv4Network | IPv6Network

_NAT64 = ip_network("64:ff9b::/96")
"""Of RFC 6052: what is sent there comes out at the IPv4 address in its last 32 bits."""


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks as a setting lists them: `127.0.0.1, 10.0.0.0/8`.

    Raises:
        ValueError: one can't be read.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_allowed(address: str, allowed: Sequence[Network]) -> bool:
    """Whether an address may be called: where it is allowed by name, or is public.

    Private, loopback, link-local, shared, reserved and multicast ones are not public (IANA's
    registries, as `ipaddress` has them), nor are those that lead to an IPv4 address in disguise.
    """
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in network for network in allowed):
        return True
    if isinstance(found, IPv6Address) and (found.sixtofour or found.teredo or found in _NAT64):
        return False
    return found.is_global and not found.is_multicast


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """See that a webhook's address can be used.

    Plain http is only for hosts that are allowed by their address.

    Raises:
        InputError: what is wrong with it.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"{url!r} is no address: {error}", field="URL") from error
    if parts.scheme not in ("https", "http") or not host or not url.isprintable():
        raise InputError(f"{url!r} is no address; write it as https://host/path", field="URL")
    if parts.username or parts.password:
        raise InputError("leave name and password out of the address", field="URL")
    is_literal = _is_literal(host)
    if is_literal and not is_allowed(host, allowed):
        raise InputError(f"{host} is not public; see webhook_allow", field="URL")
    if parts.scheme == "http" and not (is_literal and _is_named(host, allowed)):
        raise InputError("use https; http is only for addresses in webhook_allow", field="URL")


def _is_named(address: str, allowed: Sequence[Network]) -> bool:
    return any(ip_address(address) in network for network in allowed)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
