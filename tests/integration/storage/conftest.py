"""A lake in a folder of its own, and a run that may hold its jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from lake_samples import NOON, a_job, job_id

from storage.lake import Lake
from storage.leases import Leases
from storage.readmodel import ReadModel


class Ticks:
    """A clock that stands still until it is moved, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A lake with a run that holds jobs of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ticks = Ticks()
        self.lake = Lake.create(home, ticks=self.ticks)
        self.leases = Leases(home)
        self.leases.open_run("night", NOON)

    def take(self, *numbers: int) -> None:
        """Submit jobs and hold them."""
        self.lake.submit([a_job(number) for number in numbers])
        for number in numbers:
            fence = self.leases.take(job_id(number), "night", NOON)
            assert fence is not None
            self.lake.hold(job_id(number), fence)

    def live_files(self, number: int = 1) -> list[str]:
        return sorted(path.name for path in (self.home / "live" / job_id(number)).iterdir())


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "home")
    yield desk
    await desk.lake.settle()
    desk.lake.close()
    desk.leases.close()


@pytest.fixture
def reads(desk: Desk) -> Iterator[ReadModel]:
    reads = ReadModel(desk.home, clock=lambda: NOON)
    yield reads
    reads.close()
