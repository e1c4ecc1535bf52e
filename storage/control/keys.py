"""API keys: 256 random bits each; only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from domain.errors import InputError
from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Together, Values
from storage.files.home import Home

_PREFIX = "nd_"
_BYTES = 32


def _packed(keys: dict[bytes, Values]) -> Values:
    return {"keys": [{"hash": digest.hex(), **key} for digest, key in keys.items()]}


def _unpacked(there: Values) -> dict[bytes, Values]:
    return {bytes.fromhex(key["hash"]): {**key} for key in there["keys"]}


_KEYS = Kind(
    "keys",
    "hash",
    ("name", "owner", "created_at", "revoked_at"),
    together=Together(_packed, _unpacked),
    is_counted=True,
)


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


class Keys(Store):
    """The API keys of one home; safe for threads and processes."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._keys: Entries[bytes] = self.entries(_KEYS)

    def add(self, name: str, now: datetime, *, owner: str | None) -> str:
        """A new key, told this once.

        Args:
            owner: whose jobs it reads; None makes an operator's key, which reads those of all.

        Raises:
            InputError: name or owner is blank or can't be printed, or the name bears a key that
                is not revoked.
        """
        _check_names(name, owner)
        key = _PREFIX + secrets.token_urlsafe(_BYTES)
        new = {"name": name, "owner": owner, "created_at": now.isoformat(), "revoked_at": None}

        def added(_: bytes, there: Values | None) -> Values:
            if self._valid(name):
                message = f"there is a key named {name!r}; revoke it first"
                raise InputError(message, field="NAME")
            return new

        self._keys.change([hash_of(key)], added)
        return key

    def list(self) -> list[KeyRecord]:
        """All keys ever made, oldest first."""
        found = [
            KeyRecord(
                key["name"],
                key.get("owner"),
                datetime.fromisoformat(key["created_at"]),
                None if key["revoked_at"] is None else datetime.fromisoformat(key["revoked_at"]),
            )
            for key in self._keys.read().values()
        ]
        return sorted(found, key=lambda record: (record.created_at, record.name))

    def revoke(self, name: str, now: datetime) -> None:
        """Make a key worthless at once.

        Raises:
            InputError: no key that is not revoked bears the name.
        """

        def revoked(_: bytes, key: Values | None) -> Values | None:
            is_valid = key is not None and key["revoked_at"] is None
            return {**key, "revoked_at": now.isoformat()} if key is not None and is_valid else None

        if not name.isprintable() or not self._keys.change(self._valid(name), revoked):
            raise InputError(f"no key is named {name!r}", field="NAME")

    def caller_of(self, key: str) -> Caller | None:
        """Who asks with a key; None for one that is unknown or revoked."""
        return self.caller_of_hash(hash_of(key))

    def caller_of_hash(self, digest: bytes) -> Caller | None:
        """The same by what `hash_of` makes of the key."""
        for known, key in self._keys.read([digest]).items():
            if hmac.compare_digest(known, digest) and key["revoked_at"] is None:
                return Caller(key["name"], key.get("owner"))
        return None

    def _valid(self, name: str) -> set[bytes]:
        """The keys of a name that are not revoked; one at most."""
        there = self._keys.read().items()
        return {k for k, key in there if key["name"] == name and key["revoked_at"] is None}


def _check_names(name: str, owner: str | None) -> None:
    """See that a key can bear a name and belong to an owner.

    Raises:
        InputError: one is blank or can't be printed.
    """
    for field, text in (("NAME", name), ("--owner", owner)):
        if text is not None and not text.strip():
            raise InputError("a key needs a name and an owner", field=field)
        if text is not None and not text.isprintable():
            raise InputError(f"{text!r} has characters that can't be printed", field=field)


def hash_of(key: str) -> bytes:
    """What is kept of a key."""
    # A key is random, not a password: one round of a plain hash can't be searched through.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
