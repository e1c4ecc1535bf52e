"""`nightdesk status`: where a job and its segments stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import typer

from api.reading.answers import Answers
from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, JobId, reading_with
from cli.terminal.printing import print_table
from storage.files.home import home_of
from storage.readmodel.readmodel import ReadModel

app = typer.Typer()


@app.command()
def status(job_id: JobId, home: Home = None, as_json: AsJson = False) -> None:
    """Show where a job and its segments stand.

    With --json it prints what GET /v1/jobs/JOB answers.
    """
    settings = reading_with(home)
    folder = home_of(settings)
    doing("reading the lake")
    with closing(Answers(ReadModel(folder), max_attempts=settings.max_attempts)) as answers:
        body = answers.status(job_id)
    if as_json:
        typer.echo(body)
    else:
        print_status(json.loads(body))


def print_status(body: Mapping[str, Any]) -> None:
    """Print a status answer for a person."""
    step = f", at {body['current_step']}" if body["current_step"] else ""
    usage = body["token_usage"]
    typer.echo(f"{body['job_id']}: {body['status']}{step}")
    typer.echo(
        f"{usage['input_tokens']:,} tokens in, {usage['output_tokens']:,} out, "
        f"{body['cost_eur']:.4f} EUR"
    )
    for name in ("created_at", "started_at", "finished_at"):
        if body[name]:
            typer.echo(f"{name.removesuffix('_at')} {body[name]}")
    rows = [
        (
            str(segment["id"]),
            segment["status"],
            "" if segment["qa_score"] is None else f"{segment['qa_score']:.1f}",
            str(segment["retry_count"]),
            segment["error"] or "",
        )
        for segment in body["segments"]
    ]
    if rows:
        columns = ("segment", "status", "score", "corrections", "error")
        print_table(columns, rows, right=("segment", "score", "corrections"))
    for entry in body["error_log"]:
        place = "" if entry["segment_id"] is None else f", segment {entry['segment_id']}"
        typer.echo(
            f"{entry['created_at']} {entry['step']}{place}: {entry['type']}: {entry['message']}"
        )
