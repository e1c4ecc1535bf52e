"""`nightdesk compact`: the lake's maintenance."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, settings_with
from cli.terminal.printing import print_json
from storage.files.home import home_of
from tasks.maintenance import maintain, told

app = typer.Typer()


KeepDays = Annotated[
    int | None,
    typer.Option("--keep-days", help="Let go of jobs that ended before so many days."),
]


@app.command()
def compact(home: Home = None, keep_days: KeepDays = None, as_json: AsJson = False) -> None:
    """Gather each day's finished jobs in few files, and take away what was replaced or is old.

    Nights and readers may be at work meanwhile. What was replaced goes after an hour, so with the
    next run of this or of a night; documents that no job refers to go after a day.
    """
    settings = settings_with(home=home, keep_days=keep_days)
    doing("compacting the lake")
    done = maintain(home_of(settings), settings.keep_days, datetime.now(UTC))
    if as_json:
        print_json({**asdict(done.compacted), "gone": asdict(done.gone)})
    else:
        typer.echo(told(done))
