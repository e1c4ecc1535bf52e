"""`nightdesk memory`: exchanging translations with other tools."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.options import AsJson, Home, home_at, settings_with
from cli.terminal.printing import print_json
from domain.errors import InputError
from domain.languages import normalized
from storage.files.home import home_of
from storage.sealed.steps import known_format
from tasks.delivery.exchange import Taken, export_tmx, import_file
from tasks.intake.submitter import present_owner

app = typer.Typer()
memory = typer.Typer(no_args_is_help=True, help="Take translations in and out, as TMX and XLIFF.")
app.add_typer(memory, name="memory")

From = Annotated[
    str | None, typer.Option("--from", metavar="LANG", help="Only from this language.")
]
To = Annotated[str | None, typer.Option("--to", metavar="LANG", help="Only into it.")]
Source = Annotated[str, typer.Option("--from", metavar="LANG", help="The source language.")]
Target = Annotated[str, typer.Option("--to", metavar="LANG", help="The target language.")]
Read = Annotated[Path, typer.Argument(metavar="FILE", help="A TMX or XLIFF file.")]
Reviewed = Annotated[bool, typer.Option("--reviewed", help="People wrote or approved all of it.")]
Write = Annotated[Path, typer.Argument(metavar="FILE", help="The TMX file to write.")]


@memory.command("import")
def import_(
    file: Read,
    source: From = None,
    target: To = None,
    reviewed: Reviewed = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Take in the translations of a TMX or XLIFF file, all or none.

    --from and --to also say under which languages they are kept: with --from en those that the
    file calls en-US serve jobs from en. What people wrote or approved, by --reviewed or by what the
    file says of it, goes before whatever a machine translates.
    """
    taken = import_file(
        known_format(home_at(home)),
        file,
        owner=present_owner(),
        source_lang=None if source is None else _language(source, "--from"),
        target_lang=None if target is None else _language(target, "--to"),
        reviewed=reviewed,
    )
    if as_json:
        print_json(asdict(taken))
    else:
        _print(taken)


@memory.command()
def export(
    file: Write, source: Source, target: Target, home: Home = None, as_json: AsJson = False
) -> None:
    """Write all translations between two languages that passed QA into a TMX file."""
    settings = settings_with(home=home)
    if not file.resolve().parent.is_dir():
        message = f"there is no folder {file.resolve().parent}; make it first"
        raise InputError(message, where=str(file))
    count = export_tmx(
        home_of(settings),
        file,
        source_lang=_language(source, "--from"),
        target_lang=_language(target, "--to"),
        target_score=settings.target_score,
    )
    if as_json:
        print_json({"file": str(file), "units": count})
    else:
        typer.echo(f"{count:,} translations written to {file}")


def _language(code: str, option: str) -> str:
    try:
        return normalized(code)
    except ValueError as error:
        raise InputError(str(error), field=option) from None


def _print(taken: Taken) -> None:
    reviewed = f", {taken.reviewed:,} of them reviewed" if taken.reviewed else ""
    typer.echo(f"{taken.units:,} translations taken in{reviewed}")
    for reason, count in taken.left_out.items():
        typer.echo(f"{count:,} left out: {reason}; the first in line {taken.first_lines[reason]}")
