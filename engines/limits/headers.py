"""What an engine's headers say about its limits: pure reading, no waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

WINDOWS = ("requests", "tokens", "input-tokens", "output-tokens")
"""The limits an engine reports, by their names in `anthropic-ratelimit-*` headers; the first two
also in `x-ratelimit-*`."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit as an engine reports it.

    Attributes:
        limit: units a minute.
        left: units not used yet.
    """

    limit: float
    left: float


def allowances(headers: Mapping[str, str]) -> dict[str, Allowance]:
    """The limits that a response tells in full, by window.

    `tokens`, input and output together, counts only where neither is told by itself.

    Args:
        headers: of the response, by their names in lower case.
    """
    told: dict[str, Allowance] = {}
    for window in WINDOWS:
        limit = _number(_told(headers, window, "limit"))
        left = _number(_told(headers, window, "remaining"))
        if limit is not None and limit > 0 and left is not None:
            told[window] = Allowance(limit, max(0.0, left))
    if "input-tokens" in told or "output-tokens" in told:
        told.pop("tokens", None)
    return told


def _told(headers: Mapping[str, str], window: str, what: str) -> str | None:
    """What a header says of a window, in either vendor's writing."""
    name = f"anthropic-ratelimit-{window}-{what}"
    return headers.get(name) or headers.get(f"x-ratelimit-{what}-{window}")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the engine wants to be asked again; None where it does not say, or says now.

    `retry-after` holds seconds or a date (RFC 9110, 10.2.3), `retry-after-ms` milliseconds.

    Args:
        headers: of the response, by their names in lower case.
        now: our time of day, in case the response does not tell the engine's.
    """
    seconds = _number(headers.get("retry-after-ms"))
    if seconds is not None:
        seconds /= 1000
    else:
        seconds = _number(headers.get("retry-after"))
    if seconds is None and (date := _http_date(headers.get("retry-after"))):
        seconds = (date - engine_time(headers, now)).total_seconds()
    return seconds if seconds is not None and seconds > 0 else None


def seconds_until_free(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until every limit of unknown size that is used up is whole again; 0 where none is.

    A window is used up when its `anthropic-ratelimit-<window>-remaining` is 0, and whole again
    at its `-reset`, a date by RFC 3339. Where its `-limit` is told, `allowances` has it: that
    much comes back within a minute, and nobody needs to wait for all of it.

    Args:
        headers: of the response, by their names in lower case.
        now: our time of day, in case the response does not tell the engine's.
    """
    longest = 0.0
    for window in WINDOWS:
        if headers.get(f"anthropic-ratelimit-{window}-limit"):
            continue
        remaining = _number(headers.get(f"anthropic-ratelimit-{window}-remaining"))
        reset = _rfc3339(headers.get(f"anthropic-ratelimit-{window}-reset"))
        if remaining is not None and remaining <= 0 and reset is not None:
            longest = max(longest, (reset - engine_time(headers, now)).total_seconds())
    return longest


def engine_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """The time of day at the engine, by its `date` header; `now` where there is none.

    Its resets are in its own time, and a machine's clock may be minutes off.
    """
    return _http_date(headers.get("date")) or now


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if isfinite(number) else None


def _http_date(text: str | None) -> datetime | None:
    try:
        return _with_offset(parsedate_to_datetime(text or ""))
    except ValueError:
        return None


def _rfc3339(text: str | None) -> datetime | None:
    try:
        return _with_offset(datetime.fromisoformat(text or ""))
    except ValueError:
        return None


def _with_offset(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
