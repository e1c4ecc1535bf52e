"""What terms and texts of a night's documents became first, so that later ones can be compared.

In an object store each document's uses are an object of their own, which never changes, named by
when it was put. What is found there is taken into the machine's own database, which then answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.errors import FileDamaged
from storage.control.control_tables import TableEntries
from storage.control.entries import Kind, Values
from storage.control.json_entries import FOLDER
from storage.control.sqlite import Control
from storage.files.faults import told
from storage.files.home import Home, RemoteHome, folder_of, objects_of
from storage.files.json_objects import JsonObject

NIGHT = timedelta(days=1)
"""How long what came first is compared with: a night, and the runs that take it up again."""

SKEW = timedelta(minutes=10)
"""How far the clocks of two machines may be apart, and how long a document's PUT may take."""

_AT_ONCE = 2_000
"""Uses that are written or let go of while others wait."""

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


_USES = Kind("first_uses", "key", (*Use._fields, "at"))


class FirstUses:
    """The first translation of each term and text within a `NIGHT`; safe for threads and processes.

    All processes of a home share it, and runs that follow one another. In an object store, of two
    documents that end at once on two machines each is told the other's.

    Args:
        home: where state lives.
        simulated: whether the simulator answers; what it said and what others did is kept apart.
        now: uses that are older than a night are let go.

    Raises:
        LakeError: by all methods: they can't be read or written.
    """

    def __init__(self, home: Home, *, simulated: bool, now: datetime) -> None:
        is_cache = isinstance(home, RemoteHome)
        # What is just kept on this machine of what others have too may be emptied at any time.
        self._control = Control(folder_of(home), lost=is_cache)
        self._uses = TableEntries[bytes](self._control, _USES)
        self._simulated = bytes([simulated])
        while self._control.rows(_LET_GO, ((now - NIGHT).timestamp(), _AT_ONCE)):
            pass  # in small parts, so that no heartbeat waits for long
        self._others = (
            _Documents(home, simulated=simulated, now=now) if isinstance(home, RemoteHome) else None
        )

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def settle(self, uses: Mapping[str, Use], now: datetime) -> dict[str, Use]:
        """For each key the use that came first, which stays: another's, or its own.

        Args:
            uses: as one document has them, by their keys in hex.
            now: the present time, with its zone.
        """
        if self._others is not None and uses:
            for found, at in self._others.since(uses, now):
                self._settle(found, at)
        return self._settle(uses, now)

    def _settle(self, uses: Mapping[str, Use], now: datetime) -> dict[str, Use]:
        found: dict[str, Use] = {}
        at, night_ago = now.timestamp(), (now - NIGHT).timestamp()

        def settled(key: bytes, there: Values | None) -> Values | None:
            name = key[1:].hex()
            own = uses[name]
            is_first = there is None or there["at"] < night_ago
            if there is not None and not is_first and there["content_key"] != own.content_key:
                found[name] = Use(*(there[field] for field in Use._fields))
                return None
            found[name] = own
            return {**own._asdict(), "at": at}

        keys = [self._simulated + bytes.fromhex(key) for key in uses]
        for some in range(0, len(keys), _AT_ONCE):
            self._uses.change(keys[some : some + _AT_ONCE], settled)
        return found


class _Documents:
    """The uses of each document of a home in an object store.

    A document takes a PUT, a listing of what was put since the last one (`SKEW` more), and a GET
    for each that another process ended.
    """

    def __init__(self, home: RemoteHome, *, simulated: bool, now: datetime) -> None:
        self._objects = objects_of(home)
        self._folder = f"{FOLDER}/{_USES.name}/{'simulated' if simulated else 'translated'}"
        self._known: set[str] = set()
        self._listed_up_to = 0.0
        before = (now - NIGHT).timestamp()
        with told(_USES.unusable):
            self._objects.delete([name for name in self._names() if _at(name) < before])

    def since(
        self, uses: Mapping[str, Use], now: datetime
    ) -> Iterator[tuple[dict[str, Use], datetime]]:
        """Put a document's uses; those that others have put since the last time, and when."""
        with told(_USES.unusable):
            own = f"{self._folder}/{now.timestamp():014.3f}-{next(iter(uses.values())).content_key}"
            # Put before the others are looked at, so that of two at once none misses the other.
            JsonObject(self._objects, own).write({key: list(use) for key, use in uses.items()})
            self._known.add(own)
            since = f"{self._folder}/{max(self._listed_up_to - SKEW.total_seconds(), 0):014.3f}"
            new = [name for name in self._names(since) if name not in self._known]
            found = self._objects.each(self._read, new)
        for name, others in zip(new, found, strict=True):
            yield others, datetime.fromtimestamp(_at(name), now.tzinfo)
        self._known.update(new)
        self._listed_up_to = max(self._listed_up_to, now.timestamp())

    def _names(self, after: str | None = None) -> list[str]:
        return [entry.key for entry in self._objects.list(self._folder, after=after)]

    def _read(self, name: str) -> dict[str, Use]:
        # Where it is missing, another has just let it go; one that is damaged keeps no job from
        # its end, and `verify` tells of it.
        values: Values = {}
        with suppress(FileDamaged):
            values = JsonObject(self._objects, name).read() or {}
        return {key: Use(*use) for key, use in values.items()}


def _at(name: str) -> float:
    return float(name.rsplit("/", 1)[1].partition("-")[0])
