"""The simulator's rate limits."""

from __future__ import annotations

import pytest

from simulator.ratelimit import Bucket, MessageLimits
from simulator.requests.caching import InputUsage
from simulator.requests.errors import ApiError
from simulator.settings import SimulatorSettings


class _Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_bucket_refills() -> None:
    """A bucket refills at its limit a minute, up to its burst."""
    clock = _Clock()
    bucket = Bucket(120, 30, clock)
    assert bucket.level == 60
    bucket.take(60)
    assert bucket.wait_for(10) == 5
    clock.now += 5
    assert bucket.wait_for(10) == 0
    clock.now += 1000
    assert bucket.level == 60


def test_too_large_a_demand() -> None:
    """A demand larger than the bucket waits for a full one and leaves it below zero."""
    clock = _Clock()
    bucket = Bucket(60, 60, clock)
    assert bucket.wait_for(90) == 0
    bucket.take(90)
    assert bucket.level == -30
    assert bucket.wait_for(90) == 90


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"requests_per_minute": 2}, "requests"),
        ({"input_tokens_per_minute": 25}, "input tokens"),
    ],
)
def test_429(settings: dict[str, int], name: str) -> None:
    """Over a limit comes a 429 that names it, says when to come again and takes nothing."""
    clock = _Clock()
    limits = MessageLimits(SimulatorSettings(**settings, clock=clock))  # type: ignore[arg-type] # a mix
    limits.admit(InputUsage(12, 0, 0, 0), 1)
    limits.admit(InputUsage(12, 0, 0, 0), 1)
    with pytest.raises(ApiError) as caught:
        limits.admit(InputUsage(12, 0, 0, 0), 1)
    assert caught.value.status == 429
    assert name in caught.value.message
    assert caught.value.headers["retry-after"] in ("30", "27")
    clock.now += int(caught.value.headers["retry-after"])
    limits.admit(InputUsage(12, 0, 0, 0), 1)


def test_output_tokens() -> None:
    """Output is taken when it is known; who overdrew it waits."""
    limits = MessageLimits(SimulatorSettings(output_tokens_per_minute=60, clock=_Clock()))
    limits.admit(InputUsage(1, 0, 0, 0), 1)
    limits.output.take(100)
    with pytest.raises(ApiError, match="output tokens"):
        limits.admit(InputUsage(1, 0, 0, 0), 1)


def test_headers() -> None:
    """The headers tell limit, rest and time of reset of all four."""
    limits = MessageLimits(
        SimulatorSettings(
            requests_per_minute=50,
            input_tokens_per_minute=1000,
            output_tokens_per_minute=200,
            clock=_Clock(),
        )
    )
    limits.admit(InputUsage(100, 0, 0, 0), 1)
    headers = limits.headers()
    resets = [headers.pop(name) for name in list(headers) if name.endswith("reset")]
    assert headers == {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-input-tokens-limit": "1000",
        "anthropic-ratelimit-input-tokens-remaining": "900",
        "anthropic-ratelimit-output-tokens-limit": "200",
        "anthropic-ratelimit-output-tokens-remaining": "200",
        "anthropic-ratelimit-tokens-limit": "1200",
        "anthropic-ratelimit-tokens-remaining": "1100",
    }
    assert len(resets) == 4
    assert all(reset.endswith("Z") and "T" in reset for reset in resets)
