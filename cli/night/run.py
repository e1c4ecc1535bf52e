"""`nightdesk run`: the night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from cli.night.watching import watching
from cli.terminal.doing import doing
from cli.terminal.exits import BAD_INPUT, DONE, INTERRUPTED, JOB_FAILED, WRONG_ENVIRONMENT, complain
from cli.terminal.options import AsJson, Home, settings_with
from cli.terminal.printing import job_facts, print_jobs, print_json
from domain.cost.spent import Spent
from domain.errors import LeaseLost
from domain.job.job import Job, JobStatus
from engines.availability import Wait
from flows.night import run_night
from storage.files.home import home_of
from storage.layout.predictions import read_predictions
from tasks.delivery.report import REHEARSAL, earlier_nights
from tasks.estimate.predicted import Comparison, compared
from tasks.run.progress import NightReport

app = typer.Typer()

Text = Annotated[str | None, typer.Option(show_default=False)]
Fresh = Annotated[bool | None, typer.Option("--fresh", show_default=False)]
Whole = Annotated[int | None, typer.Option(min=1, show_default=False)]

_LISTED = 40
_ILL = (JobStatus.FAILED, JobStatus.DEAD)


@app.command()
def run(
    home: Home = None,
    transport: Text = None,
    translator_model: Text = None,
    qa_model: Text = None,
    max_in_flight: Whole = None,
    max_jobs: Whole = None,
    outbox: Text = None,
    budget_eur: Text = None,
    fresh: Fresh = None,
    as_json: AsJson = False,
) -> int:
    """Take up all that is new in the inbox, queued or failed, to the end.

    The options override settings of their names; the others are set in nightdesk.toml or the
    environment.
    """
    given = {
        "home": home,
        "transport": transport,
        "translator_model": translator_model,
        "qa_model": qa_model,
        "max_in_flight": max_in_flight,
        "max_jobs": max_jobs,
        "outbox": outbox,
        "budget_eur": budget_eur,
        "fresh": fresh,
    }
    options = {name: value for name, value in given.items() if value is not None}
    settings = settings_with(**options)
    with watching(Console(stderr=as_json, highlight=False)) as watch:
        report, recorded = run_night(settings, options, watch=watch, say=doing)
    foreseen = compared(report.jobs, read_predictions(home_of(settings)))
    if as_json:
        print_json({**report_facts(report), "estimate": _estimate_facts(foreseen)})
    else:
        print_report(report)
        if foreseen is not None:
            typer.echo(foreseen)
    if recorded.ended < recorded.expected:
        complain(
            f"Prefect's server recorded {recorded.ended:,} of {recorded.expected:,} task runs; "
            "the lake has all of them: see docs/operating.md for the server's settings"
        )
    complain_of(report.rejected)
    for job_id, why in list(report.reasons.items())[:_LISTED]:
        complain(f"job {job_id}: {why}")
    for job_id in report.lost[:_LISTED]:
        complain(f"{LeaseLost(job_id)}, which took it while this one was silent")
    if report.halted:
        complain(f"the night stopped: {report.halted}")
    return exit_code(report)


def exit_code(report: NightReport) -> int:
    """The code of the gravest of what a night met, in this order.

    130 where it was told to end, 3 where it was stopped, 1 where a job failed, died, could not be
    delivered or was lost to another run, or the budget is up, 2 where something in the inbox was
    refused, else 0.
    """
    if report.is_told_to_end:
        return INTERRUPTED
    if report.halted and not report.is_over_budget:
        return WRONG_ENVIRONMENT
    is_ill = report.reasons or any(job.status in _ILL for job in report.jobs)
    if report.is_over_budget or report.lost or is_ill:
        return JOB_FAILED
    return BAD_INPUT if report.refused else DONE


def complain_of(rejected: Sequence[str]) -> None:
    """Say what was not taken in, an error each; of many only the first."""
    for reason in rejected[:_LISTED]:
        complain(reason)
    if len(rejected) > _LISTED:
        complain(f"and {len(rejected) - _LISTED:,} more were not taken in; the report has them")


def report_facts(report: NightReport) -> dict[str, object]:
    """How a night ended, for JSON."""
    listed = {job.job_id for job in report.jobs}
    return {
        "night": report.night,
        "outbox": str(report.outbox),
        "simulated": report.simulated,
        "prefect_url": report.prefect_url,
        "halted": report.halted,
        "seconds": round(report.seconds, 1),
        "input_tokens": report.own.usage.input_tokens,
        "output_tokens": report.own.usage.output_tokens,
        "cost_eur": report.own.cost_eur,
        "rejected": list(report.rejected),
        "lost": list(report.lost),
        "waits": [_wait_facts(wait) for wait in report.waits],
        "jobs": [
            {
                **job_facts(job),
                "night_cost_eur": report.spent.get(job.job_id, Spent()).cost_eur,
                "error": _error_of(job, report),
            }
            for job in report.jobs
        ],
        "unreadable": {
            job_id: why for job_id, why in report.reasons.items() if job_id not in listed
        },
    }


def _wait_facts(wait: Wait) -> dict[str, object]:
    """A stretch in which the engine could not be asked, for JSON."""
    return {
        "model": wait.model,
        "since": wait.since.isoformat(),
        "until": None if wait.until is None else wait.until.isoformat(),
        "why": wait.why,
    }


def _error_of(job: Job, report: NightReport) -> str | None:
    """Why a job failed, or could not be delivered; None where it did not."""
    return report.reasons.get(job.job_id) or (report.halted if job.status in _ILL else None)


def _estimate_facts(foreseen: Comparison | None) -> dict[str, object] | None:
    """What the jobs that were estimated cost, for JSON; None where none was."""
    if foreseen is None:
        return None
    return {
        "jobs": foreseen.jobs,
        "predicted_eur": foreseen.predicted_eur,
        "actual_eur": foreseen.actual_eur,
    }


def print_report(report: NightReport) -> None:
    """Print how a night ended; of many jobs only those that are not plainly completed."""
    if not report.jobs:
        typer.echo("nothing could be taken in" if report.refused else "nothing was waiting")
        return
    if report.simulated:
        typer.echo(REHEARSAL)
    jobs = report.jobs
    if len(jobs) > _LISTED:
        jobs = tuple(job for job in jobs if job.status is not JobStatus.COMPLETED)[:_LISTED]
    if jobs:
        print_jobs(jobs, report.spent)
    counts = Counter(job.status for job in report.jobs)
    sums = ", ".join(f"{counts[status]:,} {status}" for status in JobStatus if counts[status])
    typer.echo(f"{len(report.jobs):,} jobs: {sums}; {report.own.cost_eur:.4f} EUR")
    for sentence in earlier_nights(report.jobs, report.spent):
        typer.echo(sentence)
    typer.echo(f"results: {report.outbox}")
