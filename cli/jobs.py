"""`nightdesk jobs`: all jobs, or those of one status."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer

from cli.options import AsJson, Home, home_at
from cli.printing import job_facts, print_jobs, print_json
from domain.job import Job, JobStatus
from storage import home as homes
from storage.readmodel import ReadModel

app = typer.Typer()

Status = Annotated[JobStatus | None, typer.Option("--status", help="Only jobs of this status.")]

_UNDER_WAY = (JobStatus.PROCESSING, JobStatus.CORRECTING)


@app.command()
def jobs(status: Status = None, home: Home = None, as_json: AsJson = False) -> None:
    """List jobs in the order they were submitted."""
    found = [job for job in present_jobs(home_at(home)) if status in (None, job.status)]
    if as_json:
        print_json({"jobs": [job_facts(job) for job in found]})
    elif found:
        print_jobs(found)
    else:
        typer.echo("no jobs" if status is None else f"no jobs are {status}")


def present_jobs(home: homes.Home) -> list[Job]:
    """All jobs as they stand now: one that was under way when its run was killed is failed."""
    with closing(ReadModel(home)) as read_model:
        found = read_model.jobs()
        held = read_model.held_of([job.job_id for job in found if job.status in _UNDER_WAY])
    return [
        replace(job, status=JobStatus.FAILED, step=None)
        if job.status in _UNDER_WAY and job.job_id not in held
        else job
        for job in found
    ]
