"""A run's heartbeat, and what the run does where it may have come too late."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from domain.errors import LakeError, LeaseLost
from engines.clock import Clock
from storage.control import leases as lapses
from storage.control.leases import Leases
from storage.lake import Lake

EVERY_SECONDS = 10.0


class Heartbeat:
    """Says that a run lives, and knows which of its jobs others took while it was silent.

    Nobody takes a job from a run whose last heartbeat is younger than the lapse. So a run asks on
    without a look at its leases while that holds; where it was stopped for longer, it looks before
    it asks anything more. Belongs to one event loop.
    """

    def __init__(self, run_id: str, leases: Leases, lake: Lake, clock: Clock) -> None:
        self._run_id = run_id
        self._leases = leases
        self._lake = lake
        self._clock = clock
        self._last = clock.now()
        self._lost: set[str] = set()
        self._looking = asyncio.Lock()

    async def keep(self) -> None:
        """Beat until cancelled; a beat that fails is left to the next."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            with contextlib.suppress(LakeError):
                await self._beat()

    async def sure(self, job_id: str) -> None:
        """See that the run still has a job.

        Raises:
            LeaseLost: another run took it.
            LakeError: the leases can't be read.
        """
        if self._is_late:
            await self._beat()
        if job_id in self._lost:
            raise LeaseLost(job_id)

    @property
    def _is_late(self) -> bool:
        # By the time of day, as those who judge the heartbeat do; two beats before they may.
        lapse = timedelta(seconds=lapses.HEARTBEAT_LAPSE_S - 2 * EVERY_SECONDS)
        return self._clock.now() - self._last >= lapse

    async def _beat(self) -> None:
        async with self._looking:
            was_late, now = self._is_late, self._clock.now()
            await asyncio.to_thread(self._leases.heartbeat, self._run_id, now)
            if was_late:
                self._lost |= await asyncio.to_thread(self._lake.lost)
            self._last = now
