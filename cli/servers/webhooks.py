"""`nightdesk webhooks`: who is told when their jobs end, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.terminal.options import AsJson, Home, settings_with
from cli.terminal.printing import print_json, print_table
from domain.addresses import check_url, networks_of
from domain.errors import InputError
from domain.settings import Settings
from storage.control.webhooks import Webhooks, webhooks_of
from storage.files.home import home_of
from storage.sealed.steps import known_format

app = typer.Typer()
webhooks = typer.Typer(no_args_is_help=True, help="Have owners told when their jobs end.")
app.add_typer(webhooks, name="webhooks")

Owner = Annotated[str, typer.Argument(metavar="OWNER", help="Whose jobs.")]
Url = Annotated[str, typer.Argument(metavar="URL", help="Where to; https://…")]


@webhooks.command()
def add(owner: Owner, url: Url, home: Home = None, as_json: AsJson = False) -> None:
    """Tell an owner at an address; prints the secret that signs it, this once."""
    settings = settings_with(home=home)
    check_url(url, networks_of(settings.webhook_allow))
    with _stored(settings) as stored:
        secret = stored.add(owner, url, datetime.now(UTC))
    if as_json:
        print_json({"owner": owner, "url": url, "secret": secret})
    else:
        typer.echo(secret)


@webhooks.command("list")
def list_webhooks(home: Home = None, as_json: AsJson = False) -> None:
    """List webhooks, what each is still owed, and what went wrong last."""
    with _stored(settings_with(home=home)) as stored:
        found = stored.list()
    if as_json:
        print_json({"webhooks": [asdict(one) for one in found]})
    elif found:
        rows = [
            (
                one.owner,
                one.url,
                one.created_at.isoformat(timespec="seconds"),
                f"{one.owed:,}",
                f"{one.given_up:,}",
                one.error or "",
            )
            for one in found
        ]
        columns = ("owner", "address", "made", "owed", "given up", "last error")
        print_table(columns, rows, right=("owed", "given up"))
    else:
        typer.echo("no webhooks")


@webhooks.command()
def remove(owner: Owner, home: Home = None) -> None:
    """Tell an owner nothing more, not even what is owed."""
    with _stored(settings_with(home=home)) as stored:
        stored.remove(owner)
    typer.echo(f"{owner!r} is told nothing any more")


@contextmanager
def _stored(settings: Settings) -> Iterator[Webhooks]:
    stored = webhooks_of(known_format(home_of(settings)))
    if stored is None:
        raise InputError("a home in an object store has no webhooks yet", where=settings.home)
    with closing(stored):
        yield stored
