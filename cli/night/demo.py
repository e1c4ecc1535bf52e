"""`nightdesk demo`: a whole night on the shipped examples, on this machine alone."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import typer
from rich.console import Console

from api import serving
from cli.night.run import exit_code
from cli.night.submit import submitter
from cli.night.watching import watching
from cli.terminal.options import Home, home_at
from cli.terminal.printing import print_jobs, print_table
from domain.errors import InputError
from domain.job.job import Job, JobStatus
from domain.job.segment import SegmentStatus
from domain.settings import Settings
from flows.night import run_night
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import KEY_PREFIX, SimulatorSettings
from storage.control.keys import Keys
from storage.readmodel.catalog import write_catalog
from storage.readmodel.readmodel import ReadModel
from tasks.delivery.outbox import remarks_on
from tasks.delivery.report import REHEARSAL
from tasks.intake.briefings import read_briefing_file, with_terms
from tasks.intake.glossaries import read_glossary_file
from tasks.intake.submitter import gather

app = typer.Typer()

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LANGUAGES = (("de", ("en", "fr")), ("en", ("de",)))
LATENCY_S = 0.15
"""How long the simulator takes for an answer, so that the night can be watched."""

COST_QUERY = """\
SELECT source_lang, target_lang, jobs, source_words, input_tokens, output_tokens, cost_eur
FROM cost_by_language
ORDER BY source_lang, target_lang"""


@app.command()
def demo(home: Home = None) -> int:
    """Rehearse a night on the shipped examples, with the simulator in the models' place.

    Nothing leaves this machine and no key is needed. State and results go to the folder `demo` in
    the home; what an earlier demo left there is removed.
    """
    place = home_at(home)
    if not isinstance(place, Path):
        raise InputError("the demo needs a folder; name one with --home", where=place.url)
    folder = place / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    options = _options(folder)
    settings = Settings.model_validate(options)
    typer.echo(f"{REHEARSAL}.\n")
    count = _submit(settings)
    typer.echo(f"{count} jobs are queued: the documents in {_near(EXAMPLES)}. The night begins.")
    with _simulated(), watching(Console(highlight=False)) as watch:
        report, _ = run_night(settings, options, watch=watch)
    jobs = sorted(report.jobs, key=lambda job: job.job_id)
    typer.echo("")
    print_jobs(jobs)
    _show_events(folder, jobs)
    _show_answer(folder, settings, _example(jobs))
    _show_costs(folder)
    _show_ways_on(folder, report.outbox, jobs)
    return exit_code(report)


def _options(folder: Path) -> dict[str, Any]:
    """All settings at their defaults but for the folders, whatever this machine has set."""
    own = Settings(
        home=str(folder),
        inbox=str(folder / "inbox"),
        outbox=str(folder / "outbox"),
        provider="anthropic",  # whom the simulator stands in for here
        server_minutes=0,  # what is shown once leaves nothing at work
    ).model_dump(mode="json")
    return {name: value for name, value in own.items() if value is not None}


def _submit(settings: Settings) -> int:
    briefing = EXAMPLES / "briefing.toml"
    fields = with_terms(read_briefing_file(briefing), read_glossary_file(EXAMPLES / "glossary.csv"))
    count = 0
    for source, targets in LANGUAGES:
        wanted = {**fields, "source_lang": source, "target_lang": targets}
        gathered = gather([_near(EXAMPLES / source)], None, wanted, briefing=briefing)
        count += len(submitter(settings).take(gathered).accepted)
    return count


@contextmanager
def _simulated() -> Iterator[None]:
    """While entered, the simulator answers in the models' place, as the rehearsal has it."""
    rules = read_script((EXAMPLES / "rehearsal.toml").read_text(encoding="utf-8"))
    # An address or a proxy that this machine has set would lead elsewhere.
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "PREFECT_API_")):
            del os.environ[name]
    with running(SimulatorSettings(rules=rules, latency=LATENCY_S)) as url:
        os.environ["ANTHROPIC_BASE_URL"] = url
        os.environ["ANTHROPIC_API_KEY"] = f"{KEY_PREFIX}demo"
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _show_events(folder: Path, jobs: Sequence[Job]) -> None:
    """Print what happened on the way: corrections, notes, what is blocked or needs review."""
    typer.echo("\nWhat happened on the way:")
    with closing(ReadModel(folder)) as read_model:
        records = [read_model.record(job.job_id) for job in jobs]
    for record in records:
        if record is None:
            continue
        corrected = [
            f"segment {segment.segment_id} corrected, score {segment.qa_score:g}"
            for segment in record.segments
            if segment.retry_count and segment.status is SegmentStatus.DONE
        ]
        for remark in (*corrected, *remarks_on(record)):
            name = Path(record.job.source_path).name
            typer.echo(f"  {name} → {record.job.target_lang}: {remark}")


def _example(jobs: Sequence[Job]) -> Job:
    """The job whose answer is shown: a short one that has a result."""
    ended = [job for job in jobs if job.status.has_result] or list(jobs)
    return min(ended, key=lambda job: (job.status is JobStatus.COMPLETED, job.segment_count))


def _show_answer(folder: Path, settings: Settings, job: Job) -> None:
    """Ask the read-model over HTTP, as a program would."""
    with closing(Keys(folder)) as keys:
        key = keys.add("demo", datetime.now(UTC), owner=None)
    with _served(folder, settings) as base:
        path = f"/v1/jobs/{job.job_id}/result"
        request = urllib.request.Request(base + path, headers={"X-API-Key": key})  # noqa: S310 - ours
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - the same
            answer = json.loads(reply.read())
    typer.echo(f"\nThe read-model answers GET {path} with")
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2).encode())


@contextmanager
def _served(folder: Path, settings: Settings) -> Iterator[str]:
    """The read-model on a free port, as long as the block lasts."""
    server = serving.server(folder, settings)
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with serving.listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="read-model", daemon=True
        )
        thread.start()
        try:
            # The socket listens already: a request made now waits until the server takes it.
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _show_costs(folder: Path) -> None:
    """Ask the catalog in DuckDB, as an analyst would."""
    catalog = write_catalog(folder)
    with closing(duckdb.connect(str(catalog), read_only=True)) as connection:
        found = connection.execute(COST_QUERY)
        columns = [column[0] for column in found.description or ()]
        rows = [[_shown(value) for value in row] for row in found.fetchall()]
    typer.echo(f"\nWhat it would have cost, asked of {_near(catalog)} in DuckDB:\n\n{COST_QUERY}\n")
    print_table(columns, rows, right=columns[2:])


def _shown(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else f"{value:.4f}"


def _show_ways_on(folder: Path, outbox: Path, jobs: Sequence[Job]) -> None:
    command = _command()
    home = _near(folder)
    of_note = next((j for j in jobs if j.status is JobStatus.NEEDS_REVIEW), jobs[0])
    typer.echo(f"\nThe documents and the report lie in {_near(outbox)}. {REHEARSAL}.")
    typer.echo(
        "\nTry next:\n"
        f"  {command} status {of_note.job_id} --home {home}\n"
        f"  {command} costs --by stage,model --home {home}\n"
        f"  cat {_near(outbox)}/report.md"
    )


def _command() -> str:
    """How this command is called from the working folder, so that a line can be copied."""
    if shutil.which("nightdesk"):
        return "nightdesk"
    script = Path(sys.argv[0])
    return str(_near(script)) if script.name == "nightdesk" else "python -m nightdesk"


def _near(path: Path) -> Path:
    """The path as seen from the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
