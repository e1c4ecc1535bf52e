"""`nightdesk result`: a job's translation."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.reading.answers import Answers
from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, JobId, reading_with
from domain.errors import JobNotFound
from storage.files import home as homes
from storage.files.durable import SHARED, write_file
from storage.files.home import home_of
from storage.readmodel.readmodel import ReadModel

app = typer.Typer()

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the translated document there.")
]


@app.command()
def result(job_id: JobId, out: Out = None, home: Home = None, as_json: AsJson = False) -> None:
    """Print a job's translation, or write it to a file.

    With --json it prints what GET /v1/jobs/JOB/result answers.
    """
    settings = reading_with(home)
    folder = home_of(settings)
    doing("reading the lake")
    with closing(
        Answers(ReadModel(folder, once=True), max_attempts=settings.max_attempts)
    ) as answers:
        body = answers.result(job_id)
    if out is not None:
        write_file(out, _output(folder, job_id), mode=SHARED)
    if as_json:
        typer.echo(body)
    elif out is None:
        typer.echo(json.loads(body)["translation"].encode(), nl=False)


def _output(home: homes.Home, job_id: str) -> bytes:
    """The translated document, byte for byte as it was assembled."""
    with closing(ReadModel(home, once=True)) as read_model:
        record = read_model.record(job_id)
        output = None if record is None else read_model.output(record.job)
    if output is None:
        raise JobNotFound(job_id)
    return output
