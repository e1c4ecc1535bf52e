"""How the contract writes moments and money."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

_SIX_DECIMALS = Decimal("0.000001")


def iso(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def plain(amount: Decimal) -> str:
    """Money with six decimals at most, one at least, never in exponent form."""
    rounded = amount.quantize(_SIX_DECIMALS, rounding=ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"
