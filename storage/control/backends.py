"""Job control of a home: in SQLite where it is a folder, in objects where it is in a store."""

from __future__ import annotations

from typing import Any

from storage.control.control_tables import TableEntries
from storage.control.entries import Entries, Kind, Members
from storage.control.json_entries import JsonEntries, JsonMembers
from storage.control.sqlite import Control
from storage.files.home import Home, RemoteHome, objects_of


class Store:
    """Where the entries of a home are kept; each part of job control is one, with its own kinds.

    Args:
        home: whose; or the connection to its database.

    Raises:
        LakeError: its database can't be opened.
    """

    def __init__(self, home: Home | Control) -> None:
        self._at = (
            objects_of(home)
            if isinstance(home, RemoteHome)
            else (home if isinstance(home, Control) else Control(home))
        )

    def entries(self, kind: Kind, scope: str | None = None) -> Entries[Any]:
        """Those of one kind; of a scope, where the kind has one."""
        if isinstance(self._at, Control):
            return TableEntries(self._at, kind, scope)
        return JsonEntries(self._at, kind, scope)

    def members(self, kind: Kind, of: Kind) -> Members[str]:
        """Those of a kind whose last column says to which entry of another each belongs."""
        if isinstance(self._at, Control):
            return TableEntries(self._at, kind)
        return JsonMembers(self._at, kind, of, self.entries(of))

    def faults(self) -> list[str]:
        """What is wrong with the database, in words; an object store answers for its objects."""
        return self._at.faults() if isinstance(self._at, Control) else []

    def close(self) -> None:
        """Let go of the database."""
        if isinstance(self._at, Control):
            self._at.close()
