"""Webhooks of owners, and what each of them is still to be told."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.contract.webhooks import Event, check_owner, ended, secret_of
from domain.errors import InputError
from domain.job.job import Job
from storage.control.sqlite import Control
from storage.files.home import Home, RemoteHome

_BYTES = 32

WAITS = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600))
"""Before each try after the first; after the last, nobody is told any more."""

_LISTED = """
SELECT
    w.owner,
    w.url,
    w.created_at,
    count(d.event_id) FILTER (WHERE d.next_at IS NOT NULL),
    count(d.event_id) FILTER (WHERE d.next_at IS NULL),
    (SELECT error FROM deliveries l WHERE l.owner = w.owner AND error IS NOT NULL
        ORDER BY tried_at DESC LIMIT 1)
FROM webhooks w LEFT JOIN deliveries d ON d.owner = w.owner
GROUP BY w.owner
ORDER BY w.owner
"""

SENDING = timedelta(seconds=60)
"""A try takes less; until then nobody else begins one."""


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """What is kept of a webhook, but for its secret.

    Attributes:
        owed: events still to be sent.
        given_up: events that could not be sent at all.
        error: what went wrong last.
    """

    owner: str
    url: str
    created_at: datetime
    owed: int
    given_up: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A try at sending an event; `tries` counts it."""

    event: Event
    url: str
    secret: str
    tries: int


class Webhooks:
    """The webhooks of one home; safe for threads and processes.

    Their secrets are kept as they are: they sign, so a hash would not do.
    """

    def __init__(self, home: Path) -> None:
        self._control = Control(home)

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def add(self, owner: str, url: str, now: datetime) -> str:
        """Have an owner told at an address; the secret, told this once.

        Raises:
            InputError: the owner's name can't be one, or has a webhook.
        """
        check_owner(owner)
        secret = secret_of(secrets.token_bytes(_BYTES))
        with self._control.exclusive():
            if self._control.rows("SELECT 1 FROM webhooks WHERE owner = ?", (owner,)):
                raise InputError(f"{owner!r} has a webhook; remove it first", field="OWNER")
            self._control.rows(
                "INSERT INTO webhooks (owner, url, secret, created_at) VALUES (?, ?, ?, ?)",
                (owner, url, secret, now.isoformat()),
            )
            self._control.count()
        return secret

    def remove(self, owner: str) -> None:
        """Tell an owner nothing more, not even what is owed.

        Raises:
            InputError: the owner has no webhook.
        """
        with self._control.exclusive():
            self._control.rows("DELETE FROM deliveries WHERE owner = ?", (owner,))
            gone = self._control.rows(
                "DELETE FROM webhooks WHERE owner = ? RETURNING owner", (owner,)
            )
            self._control.count()
        if not gone:
            raise InputError(f"{owner!r} has no webhook", field="OWNER")

    def list(self) -> list[WebhookRecord]:
        """All webhooks, by owner."""
        rows = self._control.rows(_LISTED)
        return [
            WebhookRecord(owner, url, datetime.fromisoformat(made), owed, given_up, error)
            for owner, url, made, owed, given_up, error in rows
        ]

    def owe(self, jobs: Iterable[Job], now: datetime) -> None:
        """Owe the end of jobs to those of their owners who have a webhook; once each."""
        owners = {owner for (owner,) in self._control.rows("SELECT owner FROM webhooks")}
        events = [ended(job) for job in jobs if job.owner in owners]
        if events:
            self._control.many(
                "INSERT INTO deliveries (event_id, owner, body, next_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (event_id) DO NOTHING",
                [(e.event_id, e.owner, e.body, now.isoformat()) for e in events],
            )

    def claim(self, now: datetime, most: int) -> Sequence[Delivery]:
        """Events that are due; nobody else gets them until `SENDING` is over.

        The oldest of each owner come before the second of any: one whose receiver takes long, or
        is away, does not hold up the others.
        """
        # Looked at once a second: nothing is locked for nothing.
        if not self._control.rows(
            "SELECT 1 FROM deliveries WHERE next_at <= ? LIMIT 1", (now.isoformat(),)
        ):
            return []
        with self._control.exclusive():
            due = self._control.rows(
                "SELECT event_id, d.owner, body, tries, url, secret FROM deliveries d"
                " JOIN webhooks w ON w.owner = d.owner WHERE next_at <= ?"
                " ORDER BY row_number() OVER (PARTITION BY d.owner ORDER BY next_at), next_at"
                " LIMIT ?",
                (now.isoformat(), most),
            )
            self._control.many(
                "UPDATE deliveries SET next_at = ?, tries = tries + 1, tried_at = ?"
                " WHERE event_id = ?",
                [((now + SENDING).isoformat(), now.isoformat(), event_id) for event_id, *_ in due],
            )
        return [
            Delivery(Event(event_id, owner, body), url, secret, tries + 1)
            for event_id, owner, body, tries, url, secret in due
        ]

    def sent(self, event_id: str) -> None:
        """An event was received: it is owed no more."""
        self._control.rows("DELETE FROM deliveries WHERE event_id = ?", (event_id,))

    def failed(self, delivery: Delivery, error: str, wait: timedelta | None, now: datetime) -> None:
        """A try failed.

        Args:
            error: what went wrong; the last is shown.
            wait: until the next; None gives it up.
        """
        self._control.rows(
            "UPDATE deliveries SET next_at = ?, error = ? WHERE event_id = ?",
            (None if wait is None else (now + wait).isoformat(), error, delivery.event.event_id),
        )


def webhooks_of(home: Home) -> Webhooks | None:
    """A home's webhooks; None where it is in an object store, which has none."""
    return None if isinstance(home, RemoteHome) else Webhooks(home)
