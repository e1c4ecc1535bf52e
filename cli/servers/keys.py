"""`nightdesk keys`: who may ask the read-model."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.terminal.options import AsJson, Home, home_at
from cli.terminal.printing import print_json, print_table
from domain.errors import InputError
from storage.control.keys import Keys
from storage.sealed.steps import known_format
from tasks.intake.submitter import present_owner

app = typer.Typer()
keys = typer.Typer(no_args_is_help=True, help="Manage the keys to the read-model.")
app.add_typer(keys, name="keys")

ALL = "(all)"

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the key is known by.")]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        help="Whose jobs it reads: those that this user submitted.",
        show_default="the user you are",
    ),
]
Operator = Annotated[bool, typer.Option("--operator", help="It reads the jobs of all.")]


@keys.command()
def add(
    name: Name,
    owner: Owner = None,
    operator: Operator = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once; only its hash is kept."""
    if operator and owner is not None:
        raise InputError("give --owner or --operator, not both", field="--owner")
    reads = None if operator else owner if owner is not None else present_owner()
    with closing(Keys(known_format(home_at(home)))) as stored:
        key = stored.add(name, datetime.now(UTC), owner=reads)
    if as_json:
        print_json({"name": name, "owner": reads, "key": key})
    else:
        typer.echo(key)


@keys.command("list")
def list_keys(home: Home = None, as_json: AsJson = False) -> None:
    """List all keys by name; a key itself can't be shown again."""
    with closing(Keys(known_format(home_at(home)))) as stored:
        found = stored.list()
    if as_json:
        facts = [
            {
                "name": k.name,
                "owner": k.owner,
                "created_at": k.created_at,
                "revoked_at": k.revoked_at,
            }
            for k in found
        ]
        print_json({"keys": facts})
    elif found:
        rows = [
            (
                k.name,
                ALL if k.owner is None else k.owner,
                k.created_at.isoformat(timespec="seconds"),
                k.revoked_at.isoformat(timespec="seconds") if k.revoked_at else "",
            )
            for k in found
        ]
        print_table(("name", "reads jobs of", "made", "revoked"), rows)
    else:
        typer.echo("no keys")


@keys.command()
def revoke(name: Name, home: Home = None) -> None:
    """Make a key worthless at once."""
    with closing(Keys(known_format(home_at(home)))) as stored:
        stored.revoke(name, datetime.now(UTC))
    typer.echo(f"the key {name!r} opens nothing any more")
