"""API keys: 256 random bits each; only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import InputError
from storage.control import Control

_PREFIX = "nd_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is kept of a key; `revoked_at` is None while it opens the door."""

    name: str
    created_at: datetime
    revoked_at: datetime | None


class Keys:
    """The API keys of one lake; safe for threads."""

    def __init__(self, home: Path) -> None:
        self._control = Control(home)

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def add(self, name: str, now: datetime) -> str:
        """A new key, told this once; its name is its owner's.

        Raises:
            InputError: the name is blank or can't be printed, or bears a key that is not revoked.
        """
        check_name(name)
        key = new_key()
        with self._control.exclusive():
            if self._control.rows(
                "SELECT 1 FROM keys WHERE name = ? AND revoked_at IS NULL", (name,)
            ):
                raise name_in_use(name)
            self._control.rows(
                "INSERT INTO keys (hash, name, created_at) VALUES (?, ?, ?)",
                (hash_of(key), name, now.isoformat()),
            )
        return key

    def list(self) -> list[KeyRecord]:
        """All keys ever made, oldest first."""
        return [
            KeyRecord(
                name,
                datetime.fromisoformat(created),
                None if revoked is None else datetime.fromisoformat(revoked),
            )
            for name, created, revoked in self._control.rows(
                "SELECT name, created_at, revoked_at FROM keys ORDER BY created_at, name"
            )
        ]

    def revoke(self, name: str, now: datetime) -> None:
        """Make a key worthless at once.

        Raises:
            InputError: no key that is not revoked bears the name.
        """
        with self._control.exclusive():
            if not name.isprintable() or not self._control.rows(
                "UPDATE keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL"
                " RETURNING name",
                (now.isoformat(), name),
            ):
                raise no_such_name(name)

    def owner_of(self, key: str) -> str | None:
        """The name a key was made under; None for one that is unknown or revoked."""
        digest = hash_of(key)
        found = self._control.rows(
            "SELECT hash, name FROM keys WHERE hash = ? AND revoked_at IS NULL", (digest,)
        )
        if not found or not hmac.compare_digest(found[0][0], digest):
            return None
        return str(found[0][1])


def new_key() -> str:
    """A key that nobody can guess."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def check_name(name: str) -> None:
    """See that a key can bear a name.

    Raises:
        InputError: it is blank or can't be printed.
    """
    if not name.strip():
        raise InputError("a key needs a name", field="NAME")
    if not name.isprintable():
        raise InputError(f"{name!r} has characters that can't be printed", field="NAME")


def name_in_use(name: str) -> InputError:
    """What is said where a key that is not revoked bears a name."""
    return InputError(f"there is a key named {name!r}; revoke it first", field="NAME")


def no_such_name(name: str) -> InputError:
    """What is said where none does."""
    return InputError(f"no key is named {name!r}", field="NAME")


def hash_of(key: str) -> bytes:
    """What is kept of a key."""
    # A key is random, not a password: one round of a plain hash can't be searched through.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
