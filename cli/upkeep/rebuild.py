"""`nightdesk rebuild`: what says what counts, made anew where it is gone or damaged."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from cli.terminal.doing import doing
from cli.terminal.exits import DONE, WRONG_ENVIRONMENT, complain
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import print_json
from storage.verify.control_anew import MadeAnew, make_anew
from storage.verify.rebuilding import Rebuilt, rebuild_manifest

app = typer.Typer()
rebuild = typer.Typer(no_args_is_help=True, help="Make anew what is gone or damaged.")
app.add_typer(rebuild, name="rebuild")


@rebuild.command()
def manifest(home: Home = None, as_json: AsJson = False) -> int:
    """Make `manifest.json` anew from the sealed files.

    For a manifest that is gone, damaged, or an older one, and for one that names a damaged file
    whose jobs are in others too. No file is taken away. Where it can't be told which files count,
    nothing is changed, each reason is said, and the exit code is 3.
    """
    doing("reading the sealed files")
    done = rebuild_manifest(home_at(home), datetime.now(UTC))
    if as_json:
        print_json(asdict(done))
    else:
        typer.echo(_told(done))
    for reason in done.unclear:
        complain(reason)
    return WRONG_ENVIRONMENT if done.unclear else DONE


@rebuild.command()
def control(home: Home = None, as_json: AsJson = False) -> None:
    """Make control.sqlite anew where it is missing, damaged or older than the lake.

    A backup is better. Which content became which job is read off the jobs. Keys and webhooks that
    are in no file any more have to be made anew; what was out in batches that are not entered any
    more is asked, and paid, once more. End all nights and servers of the home before.
    """
    doing("reading all jobs")
    done = make_anew(home_at(home), datetime.now(UTC))
    if as_json:
        print_json({**asdict(done), "kept": None if done.kept is None else str(done.kept)})
    else:
        typer.echo(_control_told(done))


def _told(done: Rebuilt) -> str:
    if done.was_sound:
        return "the manifest is sound; nothing was changed"
    if done.unclear:
        return "the manifest was not made anew; nothing was changed"
    said = [f"the manifest names {done.groups:,} groups of {done.jobs:,} jobs"]
    if done.aside:
        said.append(f"{done.aside:,} groups that hold the same jobs were set aside")
    if done.left_out:
        said.append(f"of {done.left_out:,} groups nothing is there any more")
    if done.forgotten:
        said.append(f"{done.forgotten:,} files of nights and imports are not there any more")
    return "; ".join(said)


def _control_told(done: MadeAnew) -> str:
    lines = [
        f"control.sqlite is there anew: {done.submissions:,} submissions and {done.leases:,} leases"
        f" by the jobs; {done.keys:,} keys, {done.webhooks:,} webhooks and {done.batches:,} batches"
        " by the file that was there",
        "other keys and webhooks have to be made anew; other requests that were out in batches are"
        " asked once more",
    ]
    if done.kept is not None:
        lines.append(f"the file that was there is kept as {done.kept}")
    return "\n".join(lines)
