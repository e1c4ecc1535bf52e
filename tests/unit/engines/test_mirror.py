"""One model's limits, copied."""

from __future__ import annotations

import pytest

from domain.usage import TokenUsage
from engines.limits.rate_limit_state import Mirror, size_of
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
    assert Mirror().wait(1_000_000, 0.0) == 0.0


def test_first_report() -> None:
    """The first limits that an engine tells are said to be the first."""
    mirror = Mirror()
    reports = [{}, told(requests=10), told(requests=9), told(output_tokens=5)]
    assert [mirror.heed(report, mirror.take(400, 0.0), 0.0) for report in reports] == [
        False,
        True,
        False,
        False,
    ]


def test_input_by_bytes() -> None:
    """A request's input is expected by its bytes, at the rate that answers had."""
    mirror = Mirror()
    charge = mirror.take(400, 0.0)
    mirror.used(charge, TokenUsage(uncached_input_tokens=50, cache_write_5m_tokens=50))
    mirror.heed(told(input_tokens=1000), charge, 0.0)
    assert [mirror.wait(3200, 0.0), mirror.wait(3240, 0.0)] == [0.0, pytest.approx(0.1)]


def test_input_at_first() -> None:
    """Before any answer three bytes are a token."""
    mirror = Mirror()
    mirror.heed(told(input_tokens=1000), mirror.take(400, 0.0), 0.0)
    assert [mirror.wait(2400, 0.0), mirror.wait(2430, 0.0)] == [0.0, pytest.approx(0.1)]


def test_output_by_mean() -> None:
    """A request's output is expected to be the mean of what answers had."""
    mirror = Mirror()
    charges = [mirror.take(400, 0.0), mirror.take(400, 0.0)]
    mirror.used(charges[0], TokenUsage(output_tokens=800))
    mirror.used(charges[1], TokenUsage(output_tokens=820))
    mirror.heed(told(output_tokens=1000), charges[1], 0.0)
    assert mirror.wait(400, 0.0) == pytest.approx(0.1)


def test_cache_reads_are_free() -> None:
    """Tokens read from the cache count toward no limit."""
    mirror = Mirror()
    charge = mirror.take(400, 0.0)
    mirror.used(charge, TokenUsage(uncached_input_tokens=1, cache_read_tokens=99))
    mirror.heed(told(input_tokens=1000), charge, 0.0)
    assert mirror.wait(300_000, 0.0) == 0.0


def test_count_corrects_estimate() -> None:
    """The count that comes with an answer takes the place of the estimate."""
    mirror = Mirror()
    mirror.heed(told(input_tokens=1000), mirror.take(300, 0.0), 0.0)
    charge = mirror.take(2700, 0.0)
    before = mirror.wait(300, 0.0)
    mirror.used(charge, TokenUsage(uncached_input_tokens=900))
    unchanged = mirror.wait(300, 0.0)
    mirror.used(mirror.take(2700, 0.0), TokenUsage(uncached_input_tokens=0))
    assert [before, unchanged, mirror.wait(0, 0.0)] == [2.0, 2.0, 1.0]


def test_given_back() -> None:
    """A request that was turned away used nothing."""
    mirror = Mirror()
    mirror.heed(told(requests=4), mirror.take(400, 0.0), 0.0)
    charges = [mirror.take(400, 0.0) for _ in range(3)]
    full = mirror.wait(400, 0.0)
    mirror.give_back(charges[0], {})
    assert [full, mirror.wait(400, 0.0)] == [0.02, 0.01]


def test_came_early() -> None:
    """A refusal for want of a limit that a request needs all of makes the next wait longer."""
    mirror = Mirror()
    mirror.heed(told(requests=1), mirror.take(400, 0.0), 0.0)
    waits = [mirror.wait(400, 0.0)]
    for left in (1, 0, 0, 0, 0):
        mirror.give_back(mirror.take(400, 0.0), told(requests=left))
        waits.append(mirror.wait(400, 0.0))
    assert waits == pytest.approx([0.0002, 0.0002, 0.0003, 0.0004, 0.0005, 0.0005])


def test_size() -> None:
    """A question's size is the bytes of its texts."""
    question = Question("translate", "m", ("Übersetze.", "de"), "語", {}, 10, "v")
    assert size_of(question) == 11 + 2 + 3


def test_a_share_of_the_limits() -> None:
    """Where two share an account, each takes half of what is left and of what comes back."""
    mirror = Mirror(0.5)
    mirror.heed(told(requests=10), mirror.take(400, 0.0), 0.0)
    waits = []
    for _ in range(3):
        waits.append(mirror.wait(400, 0.0))
        mirror.take(400, 0.0)
    assert waits == [0.0, 0.0, pytest.approx(0.5 / 50)]
