"""Rate limits: a token bucket for requests, input and output of each model."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulator.requests.errors import ApiError
from simulator.settings import SimulatorSettings


class Bucket:
    """Refills steadily at its limit a minute, up to what it holds.

    Attributes:
        limit: units a minute.
    """

    def __init__(self, limit: int, burst_seconds: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._per_second = limit / 60
        self._capacity = max(1.0, self._per_second * burst_seconds)
        self._clock = clock
        self._level = self._capacity
        self._at = clock()

    @property
    def level(self) -> float:
        """Units in it now; below zero where more was used than could be foreseen."""
        now = self._clock()
        self._level = min(self._capacity, self._level + (now - self._at) * self._per_second)
        self._at = now
        return self._level

    def wait_for(self, units: float) -> float:
        """Seconds until so many units are in it; a demand it can't hold waits for a full one."""
        missing = min(units, self._capacity) - self.level
        return max(0.0, missing / self._per_second)

    def take(self, units: float) -> None:
        """Use units, even such as are not in it."""
        self._level = self.level - units

    def state(self) -> tuple[int, int, float]:
        """The limit, whole units left, and seconds until it holds all it can."""
        level = self.level
        return self.limit, max(0, int(level)), (self._capacity - level) / self._per_second


class Limits:
    """The limits of one model."""

    def __init__(self, settings: SimulatorSettings) -> None:
        def bucket(limit: int) -> Bucket:
            return Bucket(limit, settings.burst_seconds, settings.clock)

        self.requests = bucket(settings.requests_per_minute)
        self.input = bucket(settings.input_tokens_per_minute)
        self.output = bucket(settings.output_tokens_per_minute)

    def admit(self, input_tokens: int) -> None:
        """Let a request in and take what is known of it: itself and its input.

        Raises:
            ApiError: 429 with `retry-after`; nothing is taken then.
        """
        waits = {
            "requests": self.requests.wait_for(1),
            "input tokens": self.input.wait_for(input_tokens),
            "output tokens": self.output.wait_for(1),
        }
        name = max(waits, key=lambda name: waits[name])
        if waits[name] > 0:
            raise ApiError(
                429,
                f"This request would exceed the rate limit of {name} per minute.",
                headers={"retry-after": str(math.ceil(waits[name])), **self.headers()},
            )
        self.requests.take(1)
        self.input.take(input_tokens)

    def headers(self) -> dict[str, str]:
        """The rate-limit headers as they stand; `tokens` is input and output together."""
        now = datetime.now(UTC)
        requests = self.requests.state()
        put, got = self.input.state(), self.output.state()
        tokens = (put[0] + got[0], put[1] + got[1], max(put[2], got[2]))
        rows = {"requests": requests, "input-tokens": put, "output-tokens": got, "tokens": tokens}
        headers = {}
        for name, (limit, left, seconds) in rows.items():
            reset = (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
            headers[f"anthropic-ratelimit-{name}-limit"] = str(limit)
            headers[f"anthropic-ratelimit-{name}-remaining"] = str(left)
            headers[f"anthropic-ratelimit-{name}-reset"] = reset.replace("+00:00", "Z")
        return headers
