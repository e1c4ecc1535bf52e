"""What was spent over time, as tables that the page draws as charts too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

BY = ("day", "model", "source_lang", "target_lang")
"""What the sums of the ledger are told apart by."""

SERIES = 6
"""Columns of a table, and colours of a chart; what was spent beyond them is put together."""

OTHERS = "others"
DAYS = 62
"""Days that are shown one by one; a longer time is shown by month."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """EUR by time and series.

    Attributes:
        names: of the series, the most expensive first, then `OTHERS`.
        rows: a time and an amount for each series, oldest first.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal, ...]], ...]

    @property
    def totals(self) -> tuple[Decimal, ...]:
        """The sum of each series."""
        columns = [amounts for _, amounts in self.rows]
        return tuple(sum(column, Decimal(0)) for column in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class Sum:
    """What one model or language pair came to."""

    name: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_eur: Decimal


def model_of(row: Row) -> str:
    """The model of a row."""
    return str(row["model"])


def pair_of(row: Row) -> str:
    """The language pair of a row, as `de → en`."""
    return f"{row['source_lang']} → {row['target_lang']}"


def over_time(rows: Iterable[Row], series_of: Callable[[Row], str]) -> Table:
    """The rows as a table by day, or by month where they span a long time."""
    rows = list(rows)
    days = [row["day"] for row in rows]
    by_month = bool(days) and (max(days) - min(days)).days >= DAYS
    names = [found.name for found in sums(rows, series_of)]
    shown = names if len(names) <= SERIES else [*names[: SERIES - 1], OTHERS]
    amounts: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        name = series_of(row)
        when = _when(row["day"], by_month=by_month)
        amounts[when][name if name in shown else OTHERS] += row["cost_eur"]
    times = sorted(amounts) if by_month else _days(days)
    return Table(
        tuple(shown),
        tuple((when, tuple(amounts[when][name] for name in shown)) for when in times),
    )


def sums(rows: Iterable[Row], series_of: Callable[[Row], str]) -> list[Sum]:
    """What each series came to, the most expensive first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[series_of(row)].append(row)
    totals = [_sum(name, some) for name, some in found.items()]
    return sorted(totals, key=lambda total: (-total.cost_eur, total.name))


def _sum(name: str, rows: list[Row]) -> Sum:
    return Sum(
        name,
        sum(row["calls"] for row in rows),
        sum(row["input_tokens"] for row in rows),
        sum(row["output_tokens"] for row in rows),
        sum((row["cost_eur"] for row in rows), Decimal(0)),
    )


def _days(days: list[date]) -> list[str]:
    """All days from the first to the last: those without costs are a gap in the chart."""
    if not days:
        return []
    first = min(days)
    return [
        (first + timedelta(days=passed)).isoformat()
        for passed in range((max(days) - first).days + 1)
    ]


def _when(day: date, *, by_month: bool) -> str:
    return f"{day:%Y-%m}" if by_month else day.isoformat()
