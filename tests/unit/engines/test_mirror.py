"""One model's limits, copied."""

from __future__ import annotations

import pytest

from domain.usage import TokenUsage
from engines.limits.rate_limit_state import RateLimitState, size_of
from engines.port import Question


def told(**left: int) -> dict[str, str]:
    """Headers that report limits of 6,000 a minute."""
    headers: dict[str, str] = {}
    for name, units in left.items():
        window = f"anthropic-ratelimit-{name.replace('_', '-')}"
        headers |= {f"{window}-limit": "6000", f"{window}-remaining": str(units)}
    return headers


def test_nothing_known() -> None:
    """Before an engine told its limits, none holds anybody back."""
    assert RateLimitState().wait(1_000_000, 0.0) == 0.0


def test_first_report() -> None:
    """The first limits that an engine tells are said to be the first."""
    rate_limits = RateLimitState()
    reports = [{}, told(requests=10), told(requests=9), told(output_tokens=5)]
    assert [rate_limits.heed(report, rate_limits.take(400, 0.0), 0.0) for report in reports] == [
        False,
        True,
        False,
        False,
    ]


def test_input_by_bytes() -> None:
    """A request's input is expected by its bytes, at the rate that answers had."""
    rate_limits = RateLimitState()
    charge = rate_limits.take(400, 0.0)
    rate_limits.used(charge, TokenUsage(uncached_input_tokens=50, cache_write_5m_tokens=50))
    rate_limits.heed(told(input_tokens=1000), charge, 0.0)
    assert [rate_limits.wait(3200, 0.0), rate_limits.wait(3240, 0.0)] == [0.0, pytest.approx(0.1)]


def test_input_at_first() -> None:
    """Before any answer three bytes are a token."""
    rate_limits = RateLimitState()
    rate_limits.heed(told(input_tokens=1000), rate_limits.take(400, 0.0), 0.0)
    assert [rate_limits.wait(2400, 0.0), rate_limits.wait(2430, 0.0)] == [0.0, pytest.approx(0.1)]


def test_output_by_mean() -> None:
    """A request's output is expected to be the mean of what answers had."""
    rate_limits = RateLimitState()
    charges = [rate_limits.take(400, 0.0), rate_limits.take(400, 0.0)]
    rate_limits.used(charges[0], TokenUsage(output_tokens=800))
    rate_limits.used(charges[1], TokenUsage(output_tokens=820))
    rate_limits.heed(told(output_tokens=1000), charges[1], 0.0)
    assert rate_limits.wait(400, 0.0) == pytest.approx(0.1)


def test_cache_reads_are_free() -> None:
    """Tokens read from the cache count toward no limit."""
    rate_limits = RateLimitState()
    charge = rate_limits.take(400, 0.0)
    rate_limits.used(charge, TokenUsage(uncached_input_tokens=1, cache_read_tokens=99))
    rate_limits.heed(told(input_tokens=1000), charge, 0.0)
    assert rate_limits.wait(300_000, 0.0) == 0.0


def test_count_corrects_estimate() -> None:
    """The count that comes with an answer takes the place of the estimate."""
    rate_limits = RateLimitState()
    rate_limits.heed(told(input_tokens=1000), rate_limits.take(300, 0.0), 0.0)
    charge = rate_limits.take(2700, 0.0)
    before = rate_limits.wait(300, 0.0)
    rate_limits.used(charge, TokenUsage(uncached_input_tokens=900))
    unchanged = rate_limits.wait(300, 0.0)
    rate_limits.used(rate_limits.take(2700, 0.0), TokenUsage(uncached_input_tokens=0))
    assert [before, unchanged, rate_limits.wait(0, 0.0)] == [2.0, 2.0, 1.0]


def test_given_back() -> None:
    """A request that was turned away used nothing."""
    rate_limits = RateLimitState()
    rate_limits.heed(told(requests=4), rate_limits.take(400, 0.0), 0.0)
    charges = [rate_limits.take(400, 0.0) for _ in range(3)]
    full = rate_limits.wait(400, 0.0)
    rate_limits.give_back(charges[0], {})
    assert [full, rate_limits.wait(400, 0.0)] == [0.02, 0.01]


def test_came_early() -> None:
    """A refusal for want of a limit that a request needs all of makes the next wait longer."""
    rate_limits = RateLimitState()
    rate_limits.heed(told(requests=1), rate_limits.take(400, 0.0), 0.0)
    waits = [rate_limits.wait(400, 0.0)]
    for left in (1, 0, 0, 0, 0):
        rate_limits.give_back(rate_limits.take(400, 0.0), told(requests=left))
        waits.append(rate_limits.wait(400, 0.0))
    assert waits == pytest.approx([0.0002, 0.0002, 0.0003, 0.0004, 0.0005, 0.0005])


def test_size() -> None:
    """A question's size is the bytes of its texts."""
    question = Question("translate", "m", ("Übersetze.", "de"), "語", {}, 10, "v")
    assert size_of(question) == 11 + 2 + 3


def test_a_share_of_the_limits() -> None:
    """Where two share an account, each takes half of what is left and of what comes back."""
    rate_limits = RateLimitState(0.5)
    rate_limits.heed(told(requests=10), rate_limits.take(400, 0.0), 0.0)
    waits = []
    for _ in range(3):
        waits.append(rate_limits.wait(400, 0.0))
        rate_limits.take(400, 0.0)
    assert waits == [0.0, 0.0, pytest.approx(0.5 / 50)]
