"""Time, handed in: what the pacing of requests goes by."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where an engine gets its time from."""

    def now(self) -> datetime:
        """The time of day, with its offset; for rows of the ledger and dates in headers."""
        ...

    def ticks(self) -> float:
        """Seconds from some fixed moment, never going back; for delays."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)

    def ticks(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep in the running event loop."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that stands still until it is moved; for rehearsing hours in milliseconds."""

    def __init__(self, start: datetime = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._ticks = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The start plus all it was moved by."""
        return self._start + timedelta(seconds=self._ticks)

    def ticks(self) -> float:
        """Seconds it was moved by."""
        return self._ticks

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved that far."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._ticks + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move the clock, waking each sleeper at its own moment and letting it act."""
        await _let_others_act()
        end = self._ticks + seconds
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= end]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self._sleepers.remove(first)
            self._ticks = max(self._ticks, first[0])
            if not first[1].done():
                first[1].set_result(None)
            await _let_others_act()
        self._ticks = end


async def _let_others_act() -> None:
    # A woken task wakes others in turn; ten rounds of the loop are more than any chain here needs.
    for _ in range(10):
        await asyncio.sleep(0)
