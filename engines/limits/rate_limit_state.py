"""One model's limits as they stand at the engine, as far as can be told from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.usage import TokenUsage
from engines.limits.headers import allowances
from engines.limits.mean import Mean
from engines.limits.token_bucket import Bucket
from engines.port import Question

BYTES_PER_TOKEN = 3.0
"""Of input, until answers tell; a little below what most scripts have, so that it errs high."""

MEMORY = 32
"""Answers that what is expected of the next request goes by."""


def size_of(question: Question) -> int:
    """Bytes of a question's texts; its input tokens are about proportional to them."""
    return sum(len(text.encode()) for text in (*question.system, question.user))


@dataclass(frozen=True, slots=True)
class Charge:
    """What one request was thought to take.

    Attributes:
        size: its bytes.
        units: by window.
        marks: by window, of the buckets it was taken from.
    """

    size: int
    units: Mapping[str, float]
    marks: Mapping[str, float]


class RateLimitState:
    """Copies of the engine's buckets, kept true by its reports.

    What a request takes is estimated when it goes: one request, its input by its bytes, its output
    by what answers had of late. The count that comes with the answer corrects it. Tokens read from
    the cache count toward no limit.

    Args:
        share: how much of each limit is used, above 0 to 1: where several share an account, each
            takes its part of what is reported as left.
    """

    def __init__(self, share: float = 1.0) -> None:
        self._share = share
        self._buckets: dict[str, Bucket] = {}
        self._bytes = Mean(MEMORY)
        self._input = Mean(MEMORY)
        self._output = Mean(MEMORY)

    def wait(self, size: int, now: float) -> float:
        """Seconds until a request of so many bytes fits every limit; 0 where none is known."""
        if not self._buckets:
            return 0.0
        units = self._expected(size)
        return max(bucket.wait(units[name], now) for name, bucket in self._buckets.items())

    def take(self, size: int, now: float) -> Charge:
        """Count a request of so many bytes as sent."""
        units = self._expected(size)
        marks = {name: bucket.take(units[name], now) for name, bucket in self._buckets.items()}
        return Charge(size, units, marks)

    def used(self, charge: Charge, usage: TokenUsage) -> None:
        """Put what a request really took in the place of what it was thought to take."""
        input_tokens = usage.uncached_input_tokens + usage.cache_write_tokens
        self._bytes.add(charge.size)
        self._input.add(input_tokens)
        self._output.add(usage.output_tokens)
        actual = _units(input_tokens, usage.output_tokens)
        for name in charge.marks:
            self._buckets[name].correct(charge.units[name] - actual[name])

    def give_back(self, charge: Charge, headers: Mapping[str, str]) -> None:
        """Take back what was counted for a request that was turned away, and see why it was."""
        told = allowances(headers)
        for name in charge.marks:
            self._buckets[name].correct(charge.units[name])
            if name in told and told[name].left < charge.units[name]:
                self._buckets[name].came_early()

    def heed(self, headers: Mapping[str, str], charge: Charge, now: float) -> bool:
        """Follow the limits that a response reports; True where they are the first."""
        told = allowances(headers)
        first = bool(told) and not self._buckets
        for name, allowance in told.items():
            bucket = self._buckets.get(name)
            limit, left = allowance.limit * self._share, allowance.left * self._share
            if bucket is None:
                self._buckets[name] = Bucket(limit, left, now)
            else:
                bucket.heed(limit, left, charge.marks.get(name), now)
        return first

    def _expected(self, size: int) -> dict[str, float]:
        rate = self._input.value / self._bytes.value if self._bytes.value else 1 / BYTES_PER_TOKEN
        return _units(size * rate, self._output.value)


def _units(input_tokens: float, output_tokens: float) -> dict[str, float]:
    return {
        "requests": 1,
        "input-tokens": input_tokens,
        "output-tokens": output_tokens,
        "tokens": input_tokens + output_tokens,
    }
