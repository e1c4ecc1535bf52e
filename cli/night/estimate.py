"""`nightdesk estimate`: what a submission would cost, before a cent is spent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import typer

from cli.night.submit import (
    Again,
    BriefingFile,
    From,
    Glossaries,
    Manifest,
    Paths,
    To,
    handed_in,
    submitter,
)
from cli.terminal.doing import doing
from cli.terminal.exits import BAD_INPUT, DONE, complain
from cli.terminal.options import AsJson, Home, settings_with
from cli.terminal.printing import print_json, print_table
from domain.document.coverage import LeftReason, left_in_words
from flows.estimates import Outcome, estimate_of
from storage.layout.predictions import keep_predictions
from tasks.estimate.estimating import Foreseeable
from tasks.estimate.predicted import prediction_key

app = typer.Typer()

Transport = Annotated[
    str | None, typer.Option("--transport", help="messages or batches.", show_default=False)
]

_COLUMNS = (
    "languages",
    "jobs",
    "words",
    "segments",
    "in memory",
    "requests",
    "tokens in",
    "cache read",
    "cache write",
    "tokens out",
    "EUR",
)


@app.command()
def estimate(
    paths: Paths = None,
    manifest: Manifest = None,
    source: From = None,
    targets: To = None,
    briefing: BriefingFile = None,
    glossary: Glossaries = None,
    again: Again = False,
    transport: Transport = None,
    home: Home = None,
    as_json: AsJson = False,
) -> int:
    """Foresee what `submit` with the same arguments, and the run after it, would cost.

    Every request is put together and counted, and none is made. Runs compare what they cost with
    what was foreseen.
    """
    settings = settings_with(home=home, transport=transport)
    doing("looking for documents")
    gathered = handed_in(settings, paths, manifest, source, targets, briefing, glossary)
    front = submitter(settings)
    doing(f"counting {len(gathered.sources):,} documents")
    outcome = estimate_of(settings, os.environ, gathered, front, again=again)
    keep_predictions(
        front.home,
        {
            prediction_key(key, rehearsal=outcome.rehearsal): eur
            for key, eur in outcome.estimate.by_job.items()
        },
    )
    if as_json:
        print_json(_facts(outcome))
    else:
        print_estimate(outcome)
    errors = (*outcome.intake.rejected, *outcome.estimate.unreadable)
    for error in errors:
        complain(error)
    return BAD_INPUT if errors else DONE


def _facts(outcome: Outcome) -> dict[str, Any]:
    by_pair = outcome.estimate.by_pair
    return {
        "languages": [
            {"source_lang": source, "target_lang": target, **_amounts(one)}
            for (source, target), one in sorted(by_pair.items())
        ],
        "total": _amounts(outcome.estimate.total),
        "done_before": outcome.done,
        "simulated": outcome.rehearsal,
        "remarks": list(outcome.remarks),
        "not_understood": [
            {"path": path, "share": round(coverage.not_understood, 4)}
            for path, coverage in sorted(outcome.estimate.patchy.items())
        ],
    }


def _amounts(one: Foreseeable) -> dict[str, int | Decimal | dict[str, int]]:
    usage = one.usage
    return {
        "jobs": one.jobs,
        "source_words": one.words,
        "segments": one.segments,
        "from_memory": one.remembered,
        "requests": one.requests,
        "input_tokens": usage.input_tokens,
        "uncached_input_tokens": usage.uncached_input_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "cost_eur": one.eur,
        "words_left": {str(reason): one.left.get(reason, 0) for reason in LeftReason},
    }


def print_estimate(outcome: Outcome) -> None:
    """Print what is foreseen, a line a language pair, and what it rests on."""
    by_pair: Mapping[tuple[str, str], Foreseeable] = outcome.estimate.by_pair
    rows = [
        [f"{source} → {target}", *_cells(one)] for (source, target), one in sorted(by_pair.items())
    ]
    if not rows:
        typer.echo("nothing is left to do")
    elif len(rows) > 1:
        rows.append(["all", *_cells(outcome.estimate.total)])
    if rows:
        print_table(_COLUMNS, rows, right=_COLUMNS[1:])
    left = outcome.estimate.total.left
    if any(left.values()):
        typer.echo(f"stay as they are: {left_in_words(left)}")
    for path, coverage in sorted(outcome.estimate.patchy.items()):
        typer.echo(f"{path}: {coverage.not_understood:.1%} of its prose is not understood")
    if outcome.done:
        typer.echo(f"{outcome.done:,} more were done before; --again counts them too")
    for remark in outcome.remarks:
        typer.echo(remark)


def _cells(one: Foreseeable) -> list[str]:
    usage = one.usage
    numbers = (
        one.jobs,
        one.words,
        one.segments,
        one.remembered,
        one.requests,
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.output_tokens,
    )
    return [*(f"{number:,}" for number in numbers), f"{one.eur:,.4f}"]
