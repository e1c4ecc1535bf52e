"""Rate limits: a token bucket for requests, input and output of each model."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulator.requests.caching import InputUsage
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


class Limits(ABC):
    """The limits of one model."""

    @abstractmethod
    def admit(self, prompt: InputUsage, room: int) -> None:
        """Let a request in and take what is known of it.

        Args:
            prompt: its input tokens.
            room: output tokens that it may take at most.

        Raises:
            ApiError: 429 with `retry-after`; nothing is taken then.
        """

    @abstractmethod
    def answered(self, output: int) -> None:
        """Take what an answer took, in tokens."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """The rate-limit headers as they stand."""


class MessageLimits(Limits):
    """Limits as Anthropic has them: of requests, of input but what the cache had, of output."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.requests = _bucket(settings.requests_per_minute, settings)
        self.input = _bucket(settings.input_tokens_per_minute, settings)
        self.output = _bucket(settings.output_tokens_per_minute, settings)

    def admit(self, prompt: InputUsage, room: int) -> None:
        """Let a request in and take itself and its input."""
        waits = {
            "requests": self.requests.wait_for(1),
            "input tokens": self.input.wait_for(prompt.limited),
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
        self.input.take(prompt.limited)

    def answered(self, output: int) -> None:
        """Take an answer's output."""
        self.output.take(output)

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


class ChatLimits(Limits):
    """Limits as OpenAI has them: of requests, and of tokens, input and output together.

    A request counts when it comes, as many tokens as it has or may be answered with, whichever is
    more; what it then takes changes nothing. What the cache had counts too.
    """

    def __init__(self, settings: SimulatorSettings) -> None:
        tokens = settings.input_tokens_per_minute + settings.output_tokens_per_minute
        self.requests = _bucket(settings.requests_per_minute, settings)
        self.tokens = _bucket(tokens, settings)

    def admit(self, prompt: InputUsage, room: int) -> None:
        """Let a request in and take what it may need."""
        units = max(prompt.limited + prompt.read, room)
        waits = {"requests": self.requests.wait_for(1), "tokens": self.tokens.wait_for(units)}
        name = max(waits, key=lambda name: waits[name])
        if waits[name] > 0:
            headers = {
                "retry-after": str(math.ceil(waits[name])),
                "retry-after-ms": str(math.ceil(waits[name] * 1000)),
                **self.headers(),
            }
            raise ApiError(
                429,
                f"Rate limit reached on {name} per min. Please try again in {waits[name]:.3f}s.",
                headers=headers,
            )
        self.requests.take(1)
        self.tokens.take(units)

    def answered(self, output: int) -> None:
        """Nothing: it was taken when the request came."""

    def headers(self) -> dict[str, str]:
        """The rate-limit headers as they stand."""
        headers = {}
        for name, bucket in (("requests", self.requests), ("tokens", self.tokens)):
            limit, left, seconds = bucket.state()
            headers[f"x-ratelimit-limit-{name}"] = str(limit)
            headers[f"x-ratelimit-remaining-{name}"] = str(left)
            headers[f"x-ratelimit-reset-{name}"] = _duration(seconds)
        return headers


def _bucket(limit: int, settings: SimulatorSettings) -> Bucket:
    return Bucket(limit, settings.burst_seconds, settings.clock)


def _duration(seconds: float) -> str:
    """Seconds as OpenAI writes them: `6ms`, `1.5s`, `6m0s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:.3g}s" if minutes else f"{rest:.3g}s"
