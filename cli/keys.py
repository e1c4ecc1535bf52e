"""`nightdesk keys`: who may ask the read-model."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.options import AsJson, Home, home_at
from cli.printing import print_json, print_table
from storage.opening import keys_of

app = typer.Typer()
keys = typer.Typer(no_args_is_help=True, help="Manage the keys to the read-model.")
app.add_typer(keys, name="keys")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")]


@keys.command()
def add(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Make a key and print it, this once; only its hash is kept."""
    with closing(keys_of(home_at(home))) as stored:
        key = stored.add(name, datetime.now(UTC))
    if as_json:
        print_json({"name": name, "key": key})
    else:
        typer.echo(key)


@keys.command("list")
def list_keys(home: Home = None, as_json: AsJson = False) -> None:
    """List all keys by name; a key itself can't be shown again."""
    with closing(keys_of(home_at(home))) as stored:
        found = stored.list()
    if as_json:
        facts = [
            {"name": k.name, "created_at": k.created_at, "revoked_at": k.revoked_at} for k in found
        ]
        print_json({"keys": facts})
    elif found:
        rows = [
            (
                k.name,
                k.created_at.isoformat(timespec="seconds"),
                k.revoked_at.isoformat(timespec="seconds") if k.revoked_at else "",
            )
            for k in found
        ]
        print_table(("name", "made", "revoked"), rows)
    else:
        typer.echo("no keys")


@keys.command()
def revoke(name: Name, home: Home = None) -> None:
    """Make a key worthless at once."""
    with closing(keys_of(home_at(home))) as stored:
        stored.revoke(name, datetime.now(UTC))
    typer.echo(f"the key {name!r} opens nothing any more")
