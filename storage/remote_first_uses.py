"""What terms and texts of a night's documents became first, for a home in an object store.

Each document's uses are an object of their own, which never changes, named by when it was put. What
is found there is taken into the machine's own database, which then answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from domain.errors import FileDamaged, LakeError
from storage.first_uses import NIGHT, FirstUses, Use
from storage.home import RemoteHome, folder_of, objects_of
from storage.json_objects import JsonObject, Values

_PLACE = "control/first_uses"

SKEW = timedelta(minutes=10)
"""How far the clocks of two machines may be apart, and how long a document's PUT may take."""


class RemoteFirstUses:
    """The first translations of a home, as `storage.first_uses.FirstUses` has them.

    Safe for threads and processes. Of two documents that end at once on two machines, each is told
    the other's. A document takes a PUT, a listing of what was put since the last one (`SKEW` more),
    and a GET for each that another process ended.
    """

    def __init__(self, home: RemoteHome, *, simulated: bool, now: datetime) -> None:
        self._objects = objects_of(home)
        self._folder = f"{_PLACE}/{'simulated' if simulated else 'translated'}"
        self._uses = FirstUses(folder_of(home), simulated=simulated, now=now, is_cache=True)
        self._known: set[str] = set()
        self._listed_up_to = 0.0
        before = (now - NIGHT).timestamp()
        with _told():
            self._objects.delete([name for name in self._names() if _at(name) < before])

    def close(self) -> None:
        """Let go of the machine's database."""
        self._uses.close()

    def settle(self, uses: Mapping[str, Use], now: datetime) -> dict[str, Use]:
        """For each key the use that came first, which stays: another's, or its own."""
        if not uses:
            return {}
        with _told():
            own = f"{self._folder}/{now.timestamp():014.3f}-{next(iter(uses.values())).content_key}"
            # Put before the others are looked at, so that of two at once none misses the other.
            JsonObject(self._objects, own).write({key: list(use) for key, use in uses.items()})
            self._known.add(own)
            since = f"{self._folder}/{max(self._listed_up_to - SKEW.total_seconds(), 0):014.3f}"
            new = [name for name in self._names(since) if name not in self._known]
            for name, found in zip(new, self._objects.each(self._read, new), strict=True):
                self._uses.settle(found, datetime.fromtimestamp(_at(name), now.tzinfo))
            self._known.update(new)
            self._listed_up_to = max(self._listed_up_to, now.timestamp())
        return self._uses.settle(uses, now)

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


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the first uses of terms can't be used: {error}") from error
