"""Units at hand: all that jobs in hand wait for, and of others the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from domain.reuse.memory import Unit


class KeptUnits:
    """Units by key; one that a job holds is never forgotten, of the others only so many are kept.

    Args:
        most: units kept that nobody holds; those that came first go first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, Unit] = {}
        self._others: dict[str, Unit] = {}
        self._keys: dict[str, set[str]] = {}
        self._holders: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._held or self._others)

    def get(self, key: str) -> Unit | None:
        """The unit of a key, if it is there."""
        return self._held.get(key) or self._others.get(key)

    def put(self, key: str, unit: Unit) -> None:
        """Keep a unit, in the place of an older one of its key."""
        if key in self._holders:
            self._held[key] = unit
            return
        self._others[key] = unit
        while len(self._others) > self._most:
            del self._others[next(iter(self._others))]

    def hold(self, job_id: str, keys: Collection[str]) -> None:
        """Forget no unit of these keys until the job is released, be it there or yet to come."""
        new = set(keys) - self._keys.setdefault(job_id, set())
        self._keys[job_id] |= new
        for key in new:
            self._holders[key] += 1
            if key in self._others:
                self._held[key] = self._others.pop(key)

    def release(self, job_id: str) -> None:
        """Hold nothing for a job any more."""
        for key in self._keys.pop(job_id, ()):
            self._holders[key] -= 1
            if not self._holders[key]:
                del self._holders[key]
                if key in self._held:
                    self.put(key, self._held.pop(key))
