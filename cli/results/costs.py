"""`nightdesk costs`: what was spent, from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import REHEARSALS, print_json, print_table
from domain.errors import InputError
from storage.readmodel.readmodel import COST_DIMENSIONS, ReadModel

app = typer.Typer()

By = Annotated[
    str,
    typer.Option("--by", help=f"What to tell apart, of {', '.join(COST_DIMENSIONS)}."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DAY", help="The first day, as 2026-03-06, in UTC.")
]

_NUMBERS = ("calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
_MONEY = ("cost_usd", "cost_eur")


@app.command()
def costs(
    by: By = "day,model", since: Since = None, home: Home = None, as_json: AsJson = False
) -> None:
    """Sum up what was spent."""
    dimensions = [name.strip() for name in by.split(",") if name.strip()]
    apart = [name for name in dimensions if name != "simulated"]
    doing("reading the lake")
    with closing(ReadModel(home_at(home))) as read_model:
        rows = read_model.costs([*apart, "simulated"], _day(since))
    if as_json:
        print_json({"costs": rows})
    elif rows:
        _print_apart(apart, rows)
    else:
        typer.echo("nothing was spent")


def _print_apart(dimensions: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print what was spent, and what rehearsals would have cost under a heading of its own."""
    spent = [row for row in rows if not row["simulated"]]
    rehearsed = [row for row in rows if row["simulated"]]
    if spent:
        print_costs(dimensions, spent)
    if rehearsed:
        typer.echo(("\n" if spent else "") + REHEARSALS)
        print_costs(dimensions, rehearsed)


def print_costs(dimensions: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print sums of the ledger, and the sum of them all."""
    shown = [[*(str(row[name]) for name in dimensions), *_amounts(row)] for row in rows]
    if dimensions and len(rows) > 1:
        total = {name: sum(row[name] for row in rows) for name in (*_NUMBERS, *_MONEY)}
        shown.append(["all", *[""] * (len(dimensions) - 1), *_amounts(total)])
    numbers = ("calls", "tokens in", "tokens out", "cache read", "cache write", "USD", "EUR")
    print_table([*dimensions, *numbers], shown, right=numbers)


def _amounts(row: Mapping[str, Any]) -> list[str]:
    money = [f"{Decimal(row[name]):,.4f}" for name in _MONEY]
    return [*(f"{row[name]:,}" for name in _NUMBERS), *money]


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no day; write it as 2026-03-06", field="--since") from None
