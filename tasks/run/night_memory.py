"""The night's memory: what is known already, and who translates what several segments share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Protocol

from domain.reuse.memory import Unit
from tasks.run.kept_units import KeptUnits

Owner = tuple[str, int]
"""A segment: its job's id and its number."""

KEPT = 20_000
"""Units kept beyond those that jobs in hand wait for; of older ones the lake knows, once their jobs
are sealed."""

Told = Callable[[str], None]
"""Hears of a key."""


class Stored(Protocol):
    """What earlier nights and imports left, as `storage.readmodel.memory.Memory` finds it."""

    def units(self, keys: Collection[str]) -> dict[str, Unit]: ...

    def imported(self, keys: Collection[str]) -> dict[str, Unit]: ...

    def holds_imports(self) -> bool: ...


class NightMemory:
    """Units by key, and claims on those that are being made; for one night and one event loop.

    Of segments with one key the first to claim it leads; the others wait until it has passed QA
    or abandoned the key. Who has a claim must not wait for another's: two that wait for each
    other never end.

    Args:
        stored: looks up units in threads.
        fresh: nothing that is stored is used, only what this night translates.
        kept: units kept at most that no job in hand holds; those that came first go first.
    """

    def __init__(self, stored: Stored, *, fresh: bool = False, kept: int = KEPT) -> None:
        self._stored = stored
        self._fresh = fresh
        self._units = KeptUnits(kept)
        self._imported = KeptUnits(kept)
        self._claims: dict[str, tuple[Owner, list[Told]]] = {}
        self._claimed: dict[str, set[str]] = {}

    def hold(self, job_id: str, keys: Collection[str], import_keys: Collection[str] = ()) -> None:
        """Forget no unit of these keys, whenever it comes, until the job is let go of."""
        self._units.hold(job_id, keys)
        self._imported.hold(job_id, import_keys)

    def release(self, job_id: str) -> None:
        """Keep units no longer for a job's sake; what it leads, it goes on to lead."""
        self._units.release(job_id)
        self._imported.release(job_id)

    async def prepare(self, keys: Collection[str], import_keys: Collection[str] = ()) -> None:
        """Look up what is stored for many segments at once, so that `hit` finds it.

        Args:
            keys: their `domain.reuse.memory.memory_key`s.
            import_keys: their `domain.reuse.memory.import_key`s.

        Raises:
            LakeError: it can't be read.
        """
        if self._fresh:
            return
        await self._load(self._units, self._stored.units, keys)
        await self._load(self._imported, self._stored.imported, import_keys)

    def holds_imports(self) -> bool:
        """Whether there may be imported units to look for."""
        return not self._fresh and self._stored.holds_imports()

    def hit(self, key: str) -> Unit | None:
        """The unit of a key, translated by this night or an earlier one."""
        return self._units.get(key)

    @property
    def has_imported(self) -> bool:
        """Whether any unit that was imported was found for what was prepared."""
        return bool(self._imported)

    def imported(self, import_key: Callable[[], str]) -> Unit | None:
        """The unit that was imported under a key; nobody has assessed it.

        Args:
            import_key: makes the key; not called where nothing was imported.
        """
        return self._imported.get(import_key()) if self._imported else None

    def claim(self, key: str, owner: Owner) -> bool:
        """Whether the owner leads: it translates for all others, and must pass or abandon.

        False where another leads or there is a unit: have yourself told, then look for a hit.
        """
        if self._units.get(key) is not None:
            return False
        if key not in self._claims:
            self._claims[key] = owner, []
            self._claimed.setdefault(owner[0], set()).add(key)
        return self._claims[key][0] == owner

    def passed(self, key: str, unit: Unit) -> None:
        """A segment passed QA: its unit serves all others of its key."""
        self._units.put(key, unit)
        self._settle(key)

    def abandon(self, key: str, owner: Owner) -> None:
        """The owner's segment did not pass; the next to claim its key leads."""
        if key in self._claims and self._claims[key][0] == owner:
            self._settle(key)

    def let_go(self, job_id: str) -> None:
        """Abandon all claims of a job that nobody works on any more, and hold nothing for it."""
        self.release(job_id)
        for key in self._claimed.pop(job_id, ()):
            self._settle(key)

    def tell(self, key: str, told: Told) -> None:
        """Have someone told, once, when nobody leads the key: there is a unit then, or it can be
        claimed."""
        if key in self._claims:
            self._claims[key][1].append(told)
        else:
            told(key)

    async def _load(
        self,
        units: KeptUnits,
        look_up: Callable[[Collection[str]], dict[str, Unit]],
        keys: Collection[str],
    ) -> None:
        missing = {key for key in keys if units.get(key) is None}
        if missing:
            found = await asyncio.to_thread(look_up, missing)
            for key, unit in found.items():
                # What was translated in the meantime is newer.
                if units.get(key) is None:
                    units.put(key, unit)

    def _settle(self, key: str) -> None:
        if key in self._claims:
            (job_id, _), waiting = self._claims.pop(key)
            self._claimed.get(job_id, set()).discard(key)
            for told in waiting:
                told(key)
