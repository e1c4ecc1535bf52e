"""`nightdesk backup`: a copy of the home that can be worked on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.doing import doing
from cli.terminal.exits import DONE, JOB_FAILED, complain
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import print_json
from storage.verify.backup import back_up

app = typer.Typer()

To = Annotated[Path, typer.Argument(metavar="DIR", help="Where the backups of this home lie.")]


@app.command()
def backup(to: To, home: Home = None, as_json: AsJson = False) -> int:
    """Copy the home into a new folder of DIR, while nights and servers may be at work.

    What the backup before has already is linked to. A file that is not what was written is named
    and left out; the exit code is 1 then. docs/backup.md says how to restore.
    """
    doing("copying the home")
    done = back_up(home_at(home), to, datetime.now(UTC))
    if as_json:
        facts = {"copied": done.copied, "linked": done.linked, "faults": done.faults}
        print_json({"place": str(done.place), **facts})
    else:
        typer.echo(f"{done.place}: {done.copied:,} files copied, {done.linked:,} linked to")
    for fault in done.faults:
        complain(f"left out: {fault}")
    return JOB_FAILED if done.faults else DONE
