"""Misbehaviour at given rates, the same in every run with the same seed.

What befalls a request depends on the seed, on the request and on how often it came before, not on
the order in which requests arrive: a night of many concurrent requests repeats itself.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

FAULTS = (
    "429",
    "529",
    "500",
    "drop",
    "truncate",
    "refuse",
    "broken",
    "wrong_ids",
    "lose_placeholder",
    "empty",
)
"""Three HTTP statuses, a connection dropped after the work was done, and six bad answers."""


BATCH_FAULTS = (
    "create_429",
    "create_500",
    "create_unheard",
    "create_lost",
    "poll_404",
    "poll_500",
    "poll_lost",
    "list_late",
    "results_404",
    "results_lost",
    "results_cut",
)
"""What befalls calls of the batch endpoints. `create_unheard` closes the connection before a batch
was taken, `create_lost` after. `poll_404` knows nothing of a batch that is there, and `list_late`
lists no batch. `poll_lost` and `results_lost` close the connection, `results_cut` does so in the
middle of the results."""


def check_batch_faults(times: Mapping[str, int]) -> None:
    """Pass counts of faults that the batch endpoints know.

    Raises:
        ValueError: a fault is unknown, or its count below 0.
    """
    for name, count in times.items():
        if name not in BATCH_FAULTS:
            raise ValueError(f"unknown fault {name!r}; known are {', '.join(BATCH_FAULTS)}")
        if count < 0:
            raise ValueError(f"{name} can't happen {count} times")


class Countdown:
    """Faults that befall the first calls, so many times each."""

    def __init__(self, times: Mapping[str, int]) -> None:
        self._left = Counter(times)

    def take(self, *names: str) -> str | None:
        """The first of these faults that has a time left, which is used up; None where none has."""
        for name in names:
            if self._left[name]:
                self._left[name] -= 1
                return name
        return None


def check_rates(rates: Mapping[str, float]) -> None:
    """Pass rates that can be drawn from.

    Raises:
        ValueError: a fault is unknown, or a rate or their sum is not within 0 and 1.
    """
    for name, rate in rates.items():
        if name not in FAULTS:
            raise ValueError(f"unknown fault {name!r}; known are {', '.join(FAULTS)}")
        if not 0 <= rate <= 1:
            raise ValueError(f"the rate of {name} is {rate}; it must lie between 0 and 1")
    if sum(rates.values()) > 1 + 1e-9:
        raise ValueError("the rates sum up to more than 1")


class Chance:
    """Draws numbers between 0 and 1 for requests."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._seen: Counter[bytes] = Counter()

    def draw(self, request: bytes) -> float:
        """A number in [0, 1) for a request, another one each time it comes."""
        key = hashlib.blake2b(request, digest_size=16).digest()
        nth = self._seen[key]
        self._seen[key] += 1
        mixed = hashlib.blake2b(b"%d %d " % (self._seed, nth) + key, digest_size=8).digest()
        return int.from_bytes(mixed) / 2**64


def pick(rates: Mapping[str, float], number: float) -> str | None:
    """The fault a number in [0, 1) falls on, or None; each has its rate's share."""
    below = 0.0
    for name, rate in rates.items():
        below += rate
        if number < below:
            return name
    return None
