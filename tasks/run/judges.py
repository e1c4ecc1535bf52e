"""Which models that assess are believed: what is kept of their trials, and those under way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.judge.trial import Trial
from domain.judge.verdict import Tally, still_needed, verdict
from storage.files.home import Home
from storage.layout.trials import Trials


@dataclass
class Judge:
    """One judge: a model with what it is told, for one owner. Belongs to one event loop.

    Attributes:
        judge: its name, as in `Trial`.
        trials: those that count, oldest first.
        under_way: planted errors that it has been shown and has not answered yet.
        trying: held by who has nothing to wait for but a trial of its own.
    """

    judge: str
    trials: list[Trial]
    under_way: int = 0
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def total(self) -> Tally:
        """What came of all its trials."""
        return sum((trial.tally for trial in self.trials), Tally())

    @property
    def verdict(self) -> bool | None:
        """Whether it is believed; None where that can't be said yet."""
        return verdict(trial.tally for trial in self.trials)

    @property
    def wants_more(self) -> bool:
        """Whether what is under way won't decide, even if all of it is told."""
        return self.verdict is None and self.under_way < still_needed(self.total)

    @contextmanager
    def showing(self, plants: int) -> Iterator[None]:
        """While entered, so many planted errors are under way."""
        self.under_way += plants
        try:
            yield
        finally:
            self.under_way -= plants
            self._changed.set()

    async def changes(self) -> None:
        """Return once a trial that is under way has ended."""
        self._changed.clear()
        await self._changed.wait()


class Judges:
    """The judges that a run has asked after; belongs to one event loop.

    Args:
        home: where their trials are kept.
        days: for so many days a trial counts.
    """

    def __init__(self, home: Home, *, days: int) -> None:
        self._home = home
        self._days = timedelta(days=days)
        self._judges: dict[str, Judge] = {}
        self._looking = asyncio.Lock()

    async def get(self, judge: str, now: datetime) -> Judge:
        """A judge with all that is kept of it.

        Raises:
            LakeError: its trials can't be read.
        """
        async with self._looking:
            if judge not in self._judges:
                trials = await asyncio.to_thread(Trials(self._home).of, judge, now - self._days)
                self._judges[judge] = Judge(judge, trials)
        return self._judges[judge]

    async def add(self, trial: Trial) -> None:
        """Enter a trial that has ended; durable on return.

        Raises:
            LakeError: it can't be written.
        """
        await asyncio.to_thread(Trials(self._home).add, trial)
        self._judges[trial.judge].trials.append(trial)
