"""The API keys of a home in an object store: one JSON object with the hashes of all."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from domain.errors import LakeError
from storage.home import RemoteHome, objects_of
from storage.json_objects import JsonObject, Values
from storage.keys import Caller, KeyRecord, check_names, hash_of, name_in_use, new_key, no_such_name

_PLACE = "control/keys.json"


class RemoteKeys:
    """The API keys of a home, as `storage.keys.Keys` has them."""

    def __init__(self, home: RemoteHome) -> None:
        self._object = JsonObject(objects_of(home), _PLACE)

    def close(self) -> None:
        """Nothing is open."""

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
        entry = {
            "hash": hash_of(key).hex(),
            "name": name,
            "owner": owner,
            "created_at": now.isoformat(),
        }

        def added(there: Values | None) -> Values:
            entries = _entries(there)
            if any(e["name"] == name and e["revoked_at"] is None for e in entries):
                raise name_in_use(name)
            return {"keys": [*entries, {**entry, "revoked_at": None}]}

        with _told():
            self._object.change(added)
        return key

    def list(self) -> list[KeyRecord]:
        """All keys ever made, oldest first."""
        with _told():
            found = [_record(entry) for entry in _entries(self._object.read())]
        return sorted(found, key=lambda record: (record.created_at, record.name))

    def revoke(self, name: str, now: datetime) -> None:
        """Make a key worthless at once.

        Raises:
            InputError: no key that is not revoked bears the name.
        """

        def revoked(there: Values | None) -> Values:
            entries = _entries(there)
            found = [e for e in entries if e["name"] == name and e["revoked_at"] is None]
            if not found or not name.isprintable():
                raise no_such_name(name)
            at = now.isoformat()
            return {"keys": [{**e, "revoked_at": at} if e in found else e for e in entries]}

        with _told():
            self._object.change(revoked)

    def caller_of(self, key: str) -> Caller | None:
        """Who asks with a key; None for one that is unknown or revoked."""
        return self.caller_of_hash(hash_of(key))

    def caller_of_hash(self, digest: bytes) -> Caller | None:
        """The same by what `hash_of` makes of the key."""
        with _told():
            entries = _entries(self._object.read())
        for entry in entries:
            same = hmac.compare_digest(bytes.fromhex(entry["hash"]), digest)
            if same and entry["revoked_at"] is None:
                return Caller(entry["name"], entry.get("owner"))
        return None


def _entries(there: Values | None) -> list[Values]:
    return [] if there is None else there["keys"]


def _record(entry: Values) -> KeyRecord:
    revoked = entry["revoked_at"]
    return KeyRecord(
        entry["name"],
        entry.get("owner"),
        datetime.fromisoformat(entry["created_at"]),
        None if revoked is None else datetime.fromisoformat(revoked),
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the keys can't be used: {error}") from error
