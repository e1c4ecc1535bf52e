"""`nightdesk submit`: files, folders and manifests become queued jobs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uuid_utils

from cli.terminal.doing import doing
from cli.terminal.exits import BAD_INPUT, DONE, complain
from cli.terminal.options import AsJson, Home, settings_with
from cli.terminal.printing import print_json, print_table
from domain.errors import InputError
from domain.settings import Settings
from engines.requirements import is_rehearsal
from storage.files.home import folder_of, home_of
from tasks.intake.briefings import read_briefing_file, with_terms_first
from tasks.intake.glossaries import read_glossary_file
from tasks.intake.submitter import Gathered, Intake, Submitter, gather, present_owner

app = typer.Typer()

Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", help="Files, and folders to walk.")
]
Manifest = Annotated[
    Path | None,
    typer.Option("--manifest", help="A table of documents: CSV, JSONL, Parquet or Excel."),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="LANG", help="The documents' language, by BCP-47.")
]
To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="LANG", help="A language wanted; again for each other one."),
]
BriefingFile = Annotated[
    Path | None, typer.Option("--briefing", help="What the translator is told, in TOML.")
]
Glossaries = Annotated[
    list[Path] | None,
    typer.Option("--glossary", help="Terms, in CSV, TBX or JSON; again for each further one."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Also what was submitted before, as new jobs.")
]

_LISTED = 20


@app.command()
def submit(
    paths: Paths = None,
    manifest: Manifest = None,
    source: From = None,
    targets: To = None,
    briefing: BriefingFile = None,
    glossary: Glossaries = None,
    again: Again = False,
    home: Home = None,
    as_json: AsJson = False,
) -> int:
    """Queue one job a document and language.

    --from and --to override the briefing's languages; a manifest's row overrides both. Where
    glossaries disagree, the first --glossary counts, and any before the briefing's own. What
    can't be used is named, the rest is queued, and the exit code is 2.
    """
    settings = settings_with(home=home)
    doing("looking for documents")
    gathered = handed_in(settings, paths, manifest, source, targets, briefing, glossary)
    doing(f"queueing {len(gathered.sources):,} documents")
    intake = submitter(settings).take(gathered, again=again)
    if as_json:
        print_json({"jobs": _facts(intake)})
    else:
        print_intake(intake)
    for error in intake.rejected:
        complain(error)
    return BAD_INPUT if intake.rejected else DONE


def handed_in(
    settings: Settings,
    paths: Sequence[Path] | None,
    manifest: Path | None,
    source: str | None,
    targets: Sequence[str] | None,
    briefing: Path | None,
    glossaries: Sequence[Path] | None,
) -> Gathered:
    """The documents that a command's arguments name; state and results are not among them.

    Raises:
        InputError: there is no document, or briefing or glossary can't be used.
    """
    fields = _fields(briefing, glossaries, source, targets)
    if not paths and manifest is None and not {"text", "texts"} & fields.keys():
        raise InputError("give files, folders or --manifest", field="PATH")
    mine = (folder_of(home_of(settings)), settings.inbox, settings.outbox)
    return gather(
        paths or [],
        manifest,
        fields,
        briefing=briefing,
        leave_out=[Path(folder).expanduser().resolve() for folder in mine],
    )


def submitter(settings: Settings) -> Submitter:
    """Where this user hands in documents now."""
    return Submitter(
        home=home_of(settings),
        owner=present_owner(),
        source_review=settings.source_review,
        clock=lambda: datetime.now(UTC),
        new_id=lambda: str(uuid_utils.uuid7()),
        rehearsing=is_rehearsal(settings, os.environ),
        dialect=settings.markdown_dialect,
        protect=settings.protect,
    )


def _fields(
    briefing: Path | None,
    glossaries: Sequence[Path] | None,
    source: str | None,
    targets: Sequence[str] | None,
) -> dict[str, Any]:
    fields: dict[str, Any] = read_briefing_file(briefing) if briefing else {}
    if source:
        fields["source_lang"] = source
    if targets:
        fields["target_lang"] = tuple(targets)
    return with_terms_first(fields, *map(read_glossary_file, glossaries)) if glossaries else fields


def _facts(intake: Intake) -> list[dict[str, Any]]:
    return [
        {
            "job_id": one.job.job_id,
            "path": one.job.source_path,
            "target_lang": one.job.target_lang,
            "status": str(one.job.status),
            "duplicate": one.duplicate,
        }
        for one in intake.accepted
    ]


def print_intake(intake: Intake) -> None:
    """Print what became of a submission; of many jobs only the first."""
    new = sum(not one.duplicate for one in intake.accepted)
    there = len(intake.accepted) - new
    rows = [
        (
            one.job.job_id,
            one.job.source_path,
            f"{one.job.source_lang} → {one.job.target_lang}",
            f"{one.job.status}, was there" if one.duplicate else str(one.job.status),
        )
        for one in intake.accepted[:_LISTED]
    ]
    if rows:
        print_table(("job", "document", "languages", "status"), rows)
    if len(intake.accepted) > _LISTED:
        typer.echo(f"… and {len(intake.accepted) - _LISTED:,} more")
    was_there = f", {there:,} there already" if there else ""
    typer.echo(f"{new:,} queued{was_there}")
    if intake.skipped:
        kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in sorted(intake.skipped.items()))
        total = sum(intake.skipped.values())
        typer.echo(f"{total:,} passed over: {kinds}")
        if any("manifest" in suffix for suffix in intake.skipped):
            typer.echo(
                "tables with a column path, text or texts are manifests: give each to --manifest, "
                "or name it to have it translated itself"
            )
