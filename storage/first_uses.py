"""What the terms of a night's documents became first, so that later ones can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from storage.control import Control
from storage.home import Home, folder_of

KEPT_FOR = timedelta(days=7)
"""How long after its last term a night's terms are kept; one that was killed may go on later."""

_INSERT = "INSERT OR IGNORE INTO terms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class TermKey(NamedTuple):
    """What must be the same for a term to be the same; the term without its case."""

    owner: str
    source_lang: str
    target_lang: str
    domain: str
    term: str


class Use(NamedTuple):
    """A term's translation, and the document that has it."""

    translation: str
    document: str


class FirstUses:
    """The first translation of each term in each night, for all processes of a machine.

    Safe for threads. What a night has settled outlives it, so that one that was killed goes on
    with it.

    Args:
        home: where state lives; of one in an object store, each machine has terms of its own.
        now: terms that are older than `KEPT_FOR` are let go.

    Raises:
        LakeError: by all methods: the database can't be used.
    """

    def __init__(self, home: Home, now: datetime) -> None:
        self._control = Control(folder_of(home))
        before = (now - KEPT_FOR).timestamp()
        self._control.rows("DELETE FROM terms WHERE at < ?", (before,))

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def settle(self, night: str, uses: Mapping[TermKey, Use], now: datetime) -> dict[TermKey, Use]:
        """For each term the use that came first, which stays: another's, or its own.

        Args:
            night: the batch id.
            uses: as one document has them.
        """
        rows = [(night, *key, *use, now.timestamp()) for key, use in uses.items()]
        with self._control.exclusive():
            self._control.many(_INSERT, rows)
            return {key: self._first(night, key) for key in uses}

    def _first(self, night: str, key: TermKey) -> Use:
        (row,) = self._control.rows(
            "SELECT translation, document FROM terms WHERE night = ? AND owner = ? AND"
            " source_lang = ? AND target_lang = ? AND domain = ? AND term = ?",
            (night, *key),
        )
        return Use(*row)
