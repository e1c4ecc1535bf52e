"""`nightdesk jobs`: all jobs, or those of one status."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer

from cli.terminal.doing import doing
from cli.terminal.exits import DONE, WRONG_ENVIRONMENT, complain
from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import REHEARSALS, job_facts, print_jobs, print_json
from domain.errors import FileDamaged
from domain.job.job import Job, JobStatus, present_status
from storage.files import home as homes
from storage.readmodel.readmodel import ReadModel

app = typer.Typer()

_LISTED = 20

Status = Annotated[JobStatus | None, typer.Option("--status", help="Only jobs of this status.")]


@app.command()
def jobs(status: Status = None, home: Home = None, as_json: AsJson = False) -> int:
    """List jobs in the order they were submitted.

    Those whose files are damaged are left out; the files are named, and the exit code is 3.
    """
    doing("reading the lake")
    all_jobs, damage = present_jobs(home_at(home))
    found = [job for job in all_jobs if status in (None, job.status)]
    if as_json:
        print_json({"jobs": [job_facts(job) for job in found]})
    elif found:
        _print_apart(found)
    else:
        typer.echo("no jobs" if status is None else f"no jobs are {status}")
    for file in damage[:_LISTED]:
        complain(f"not listed are the jobs of {file}")
    if len(damage) > _LISTED:
        complain(f"and {len(damage) - _LISTED:,} files more; `nightdesk verify` names all")
    return WRONG_ENVIRONMENT if damage else DONE


def _print_apart(jobs: Sequence[Job]) -> None:
    """Print jobs, and those of rehearsals under a heading of their own."""
    rehearsed = [job for job in jobs if job.simulated]
    if len(rehearsed) < len(jobs):
        print_jobs([job for job in jobs if not job.simulated])
    if rehearsed:
        typer.echo(("\n" if len(rehearsed) < len(jobs) else "") + REHEARSALS)
        print_jobs(rehearsed)


def present_jobs(home: homes.Home) -> tuple[list[Job], list[FileDamaged]]:
    """All jobs as they stand now, and the files at fault of those that can't be read.

    One that was under way when its run was killed is failed.
    """
    with closing(ReadModel(home)) as read_model:
        found, damage = read_model.sound_jobs()
        held = read_model.held_of([job.job_id for job in found if not job.status.is_terminal])
    return [_present(job, job.job_id in held) for job in found], damage


def _present(job: Job, held: bool) -> Job:
    status = present_status(job.status, held=held)
    return replace(job, status=status, step=job.step if held else None)
