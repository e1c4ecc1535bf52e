"""`nightdesk compact`: the lake's maintenance."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from cli.options import AsJson, Home, home_of
from cli.printing import print_json
from tasks.maintenance import maintain, told

app = typer.Typer()


@app.command()
def compact(home: Home = None, as_json: AsJson = False) -> None:
    """Gather each day's finished jobs in few files, and take away what was replaced.

    Nights and readers may be at work meanwhile. What was replaced goes after an hour, so with the
    next run of this or of a night.
    """
    done = maintain(home_of(home), datetime.now(UTC))
    if as_json:
        print_json({"days": done.days, "groups": done.groups, "parts": done.parts})
    else:
        typer.echo(told(done))
