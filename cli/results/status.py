"""`nightdesk status`: where a job and its segments stand."""

from __future__ import annotations

from contextlib import closing

import typer

from api.reading.answers import Answers
from cli.terminal.doing import doing
from cli.terminal.options import AsJson, Home, JobId, reading_with
from cli.terminal.printing import print_table
from domain.contract.standing import Standing
from domain.contract.written import iso, plain
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
    with closing(
        Answers(ReadModel(folder, once=True), max_attempts=settings.max_attempts)
    ) as answers:
        if as_json:
            typer.echo(answers.status(job_id))
        else:
            print_standing(answers.standing(job_id))


def print_standing(standing: Standing) -> None:
    """Print where a job stands for a person."""
    job = standing.job
    step = f", at {standing.step}" if standing.step else ""
    typer.echo(f"{job.job_id}: {standing.status}{step}")
    typer.echo(
        f"{job.usage.input_tokens:,} tokens in, {job.usage.output_tokens:,} out, "
        f"{float(plain(job.cost_eur)):.4f} EUR"
    )
    moments = {
        "created": job.created_at,
        "started": job.started_at,
        "finished": standing.finished_at,
    }
    for name, moment in moments.items():
        if moment is not None:
            typer.echo(f"{name} {iso(moment)}")
    rows = [
        (
            str(segment.segment_id),
            segment.status,
            "" if segment.qa_score is None else f"{segment.qa_score:.1f}",
            str(segment.retry_count),
            segment.error or "",
        )
        for segment in standing.segments
    ]
    if rows:
        columns = ("segment", "status", "score", "corrections", "error")
        print_table(columns, rows, right=("segment", "score", "corrections"))
    for error in standing.errors:
        place = "" if error.segment_id is None else f", segment {error.segment_id}"
        typer.echo(f"{iso(error.created_at)} {error.step}{place}: {error.type}: {error.message}")
