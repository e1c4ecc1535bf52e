"""Reading an engine's headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engines.limits.headers import Allowance, allowances, retry_after, seconds_until_free

NOW = datetime(2026, 3, 6, 22, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Fri, 06 Mar 2026 22:00:20 GMT"}, 20.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "Fri, 06 Mar 2026 21:59:00 GMT"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """`retry-after` is read in each of its forms, and what says nothing useful says nothing."""
    assert seconds == retry_after(headers, NOW)


@pytest.mark.parametrize("window", ["requests", "tokens", "input-tokens", "output-tokens"])
def test_used_up_window(window: str) -> None:
    """Each of the four windows, once used up, is waited for until its reset."""
    headers = {
        f"anthropic-ratelimit-{window}-remaining": "0",
        f"anthropic-ratelimit-{window}-reset": "2026-03-06T22:00:12Z",
    }
    assert seconds_until_free(headers, NOW) == 12.0


def test_longest_window_counts() -> None:
    """Of several used-up windows the last to be whole again counts; one with something left not."""
    headers = {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-03-06T22:00:05Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": "2026-03-06T22:00:09Z",
        "anthropic-ratelimit-output-tokens-remaining": "1000",
        "anthropic-ratelimit-output-tokens-reset": "2026-03-06T22:00:50Z",
    }
    assert seconds_until_free(headers, NOW) == 9.0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"anthropic-ratelimit-requests-remaining": "0"},
        {
            "anthropic-ratelimit-requests-remaining": "0",
            "anthropic-ratelimit-requests-reset": "tomorrow",
        },
        {
            "anthropic-ratelimit-requests-remaining": "0",
            "anthropic-ratelimit-requests-reset": "2026-03-06T21:59:59Z",
        },
        {
            "anthropic-ratelimit-requests-remaining": "many",
            "anthropic-ratelimit-requests-reset": "2026-03-06T22:00:05Z",
        },
    ],
)
def test_nothing_to_wait_for(headers: dict[str, str]) -> None:
    """Missing, malformed and past values hold nobody back."""
    assert seconds_until_free(headers, NOW) == 0.0


def test_told_limit_is_not_waited_out() -> None:
    """A used-up window whose limit is told is no reason to wait until it is whole again."""
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-03-06T22:01:00Z",
    }
    assert seconds_until_free(headers, NOW) == 0.0


def window(name: str, limit: str, left: str) -> dict[str, str]:
    return {
        f"anthropic-ratelimit-{name}-limit": limit,
        f"anthropic-ratelimit-{name}-remaining": left,
    }


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, {}),
        (window("requests", "50", "49"), {"requests": Allowance(50, 49)}),
        (window("tokens", "9000", "0"), {"tokens": Allowance(9000, 0)}),
        (
            window("tokens", "9000", "1") | window("output-tokens", "800", "7"),
            {"output-tokens": Allowance(800, 7)},
        ),
        (window("requests", "50", "-3"), {"requests": Allowance(50, 0)}),
        (window("requests", "0", "0"), {}),
        (window("requests", "many", "49"), {}),
        (window("requests", "50", ""), {}),
        ({"anthropic-ratelimit-requests-limit": "50"}, {}),
        (
            {
                "x-ratelimit-limit-requests": "60",
                "x-ratelimit-remaining-requests": "59",
                "x-ratelimit-limit-tokens": "150000",
                "x-ratelimit-remaining-tokens": "149984",
                "x-ratelimit-reset-tokens": "6m0s",
            },
            {"requests": Allowance(60, 59), "tokens": Allowance(150_000, 149_984)},
        ),
    ],
)
def test_allowances(headers: dict[str, str], told: dict[str, Allowance]) -> None:
    """Limits told in full are read; input and output together only where neither stands alone."""
    assert allowances(headers) == told


def test_engines_own_time() -> None:
    """A reset is reckoned by the engine's clock, not by ours that may be off."""
    headers = {
        "date": "Fri, 06 Mar 2026 23:30:00 GMT",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-03-06T23:30:04Z",
    }
    assert seconds_until_free(headers, NOW) == 4.0
