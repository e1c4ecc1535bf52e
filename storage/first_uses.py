"""What terms and texts of a night's documents became first, so that later ones can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from storage.control import Control

NIGHT = timedelta(days=1)
"""How long what came first is compared with: a night, and the runs that take it up again."""

_AT_ONCE = 2_000
"""Uses that are written or let go of while others wait."""

_SETTLE = """
INSERT INTO first_uses (key, translation, document, content_key, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    translation = excluded.translation, document = excluded.document,
    content_key = excluded.content_key, at = excluded.at
WHERE at < ? OR content_key = excluded.content_key
"""

_LET_GO = """
DELETE FROM first_uses WHERE key IN (SELECT key FROM first_uses WHERE at < ? LIMIT ?) RETURNING 1
"""


class Use(NamedTuple):
    """What a term or text became in a document.

    Attributes:
        translation: of the term or text.
        document: the job's `source_path`.
        content_key: the job's; the same content again replaces what it had.
    """

    translation: str
    document: str
    content_key: str


class FirstUses:
    """The first translation of each term and text within a `NIGHT`; safe for threads.

    All processes of a machine share it, and runs that follow one another.

    Args:
        home: the folder where state lives.
        simulated: whether the simulator answers; what it said and what others did is kept apart.
        now: uses that are older than a night are let go.
        is_cache: whether the folder just keeps on this machine what others have too, and may be
            emptied at any time.

    Raises:
        LakeError: by all methods: the database can't be used.
    """

    def __init__(
        self, home: Path, *, simulated: bool, now: datetime, is_cache: bool = False
    ) -> None:
        self._control = Control(home, lost=is_cache)
        self._simulated = bytes([simulated])
        while self._control.rows(_LET_GO, ((now - NIGHT).timestamp(), _AT_ONCE)):
            pass  # in small parts, so that no heartbeat waits for long

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def settle(self, uses: Mapping[str, Use], now: datetime) -> dict[str, Use]:
        """For each key the use that came first, which stays: another's, or its own.

        Args:
            uses: as one document has them, by their keys in hex.
        """
        found: dict[str, Use] = {}
        times = now.timestamp(), (now - NIGHT).timestamp()
        keys = list(uses)
        for some in (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE)):
            rows = [(self._stored(key), *uses[key], *times) for key in some]
            with self._control.exclusive():
                self._control.many(_SETTLE, rows)
                found |= {key: self._first(key) for key in some}
        return found

    def _stored(self, key: str) -> bytes:
        return self._simulated + bytes.fromhex(key)

    def _first(self, key: str) -> Use:
        (row,) = self._control.rows(
            "SELECT translation, document, content_key FROM first_uses WHERE key = ?",
            (self._stored(key),),
        )
        return Use(*row)
