"""How often may be asked: by each key, and without a valid one by each address."""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

WRONG_KEYS_PER_MINUTE = 600
"""Requests without a valid key that one address is answered with 401; more get 429."""

_V6_NETWORK = 64
"""Bits of an IPv6 address that tell who has it: anybody has all addresses below them."""


class RequestLimits:
    """Counts requests over the last minute; any thread may ask.

    It keeps two numbers for each key and for each address that asked without one in the last two
    minutes.

    Args:
        requests: requests a minute of one key.
        wrong_keys: requests a minute without a valid key from one address.
    """

    def __init__(self, requests: int, wrong_keys: int = WRONG_KEYS_PER_MINUTE) -> None:
        # Not the moving window: it keeps the time of each single request, and copies them all.
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(requests, namespace="key")
        self._wrong_keys = RateLimitItemPerMinute(wrong_keys, namespace="address")

    def asked(self, key_name: str) -> int | None:
        """Count a request with a valid key.

        Returns:
            None where it is within the limit, else the seconds after which to ask again.
        """
        return self._hit(self._requests, key_name)

    def asked_without_key(self, address: str) -> int | None:
        """Count a request without a valid key, likewise."""
        return self._hit(self._wrong_keys, network_of(address))

    def _hit(self, limit: RateLimitItemPerMinute, who: str) -> int | None:
        if self._window.hit(limit, who):
            return None
        free_at = self._window.get_window_stats(limit, who).reset_time
        return max(1, math.ceil(free_at - time.time()))


def network_of(address: str) -> str:
    """Who has an address, as far as it tells: itself, or the network that is one client's."""
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(given, IPv6Address) and given.ipv4_mapped is None:
        return str(int(given) >> (128 - _V6_NETWORK))
    return str(given)
