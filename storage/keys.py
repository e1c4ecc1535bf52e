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
class Caller:
    """Who asks: the name of the key, and whose jobs it reads.

    Attributes:
        name: the key's.
        owner: None for an operator's key, which reads the jobs of all.
    """

    name: str
    owner: str | None

    def may_read(self, owner: str) -> bool:
        """Whether the jobs of an owner are the caller's business."""
        return self.owner is None or self.owner == owner


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is kept of a key.

    Attributes:
        owner: whose jobs it reads; None for an operator's key, which reads those of all.
        revoked_at: None while it opens the door.
    """

    name: str
    owner: str | None
    created_at: datetime
    revoked_at: datetime | None


class Keys:
    """The API keys of one lake; safe for threads."""

    def __init__(self, home: Path) -> None:
        self._control = Control(home)

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def add(self, name: str, now: datetime, *, owner: str | None) -> str:
        """A new key, told this once.

        Args:
            owner: whose jobs it reads; None makes an operator's key, which reads those of all.

        Raises:
            InputError: name or owner is blank or can't be printed, or the name bears a key that
                is not revoked.
        """
        check_names(name, owner)
        key = new_key()
        with self._control.exclusive():
            if self._control.rows(
                "SELECT 1 FROM keys WHERE name = ? AND revoked_at IS NULL", (name,)
            ):
                raise name_in_use(name)
            self._control.rows(
                "INSERT INTO keys (hash, name, owner, created_at) VALUES (?, ?, ?, ?)",
                (hash_of(key), name, owner, now.isoformat()),
            )
            self._control.count()
        return key

    def list(self) -> list[KeyRecord]:
        """All keys ever made, oldest first."""
        return [
            KeyRecord(
                name,
                owner,
                datetime.fromisoformat(created),
                None if revoked is None else datetime.fromisoformat(revoked),
            )
            for name, owner, created, revoked in self._control.rows(
                "SELECT name, owner, created_at, revoked_at FROM keys ORDER BY created_at, name"
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
            self._control.count()

    def caller_of(self, key: str) -> Caller | None:
        """Who asks with a key; None for one that is unknown or revoked."""
        return self.caller_of_hash(hash_of(key))

    def caller_of_hash(self, digest: bytes) -> Caller | None:
        """The same by what `hash_of` makes of the key."""
        found = self._control.rows(
            "SELECT hash, name, owner FROM keys WHERE hash = ? AND revoked_at IS NULL", (digest,)
        )
        if not found or not hmac.compare_digest(found[0][0], digest):
            return None
        return Caller(found[0][1], found[0][2])


def new_key() -> str:
    """A key that nobody can guess."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def check_names(name: str, owner: str | None) -> None:
    """See that a key can bear a name and belong to an owner.

    Raises:
        InputError: one is blank or can't be printed.
    """
    for field, text in (("NAME", name), ("--owner", owner)):
        if text is not None and not text.strip():
            raise InputError("a key needs a name and an owner", field=field)
        if text is not None and not text.isprintable():
            raise InputError(f"{text!r} has characters that can't be printed", field=field)


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
