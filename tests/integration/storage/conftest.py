"""A lake in a folder of its own, and a run that may hold its jobs."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from lake_samples import NOON, a_job, job_id

from storage.control.leases import Leases
from storage.files.home import Home, RemoteHome, folder_of
from storage.lake import Lake
from storage.readmodel.readmodel import ReadModel
from tests.s3 import Endpoint, s3


class Ticks:
    """A clock that stands still until it is moved, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A lake with a run that holds jobs of it."""

    def __init__(self, home: Home) -> None:
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
        return sorted(path.name for path in self.live_folder(number).iterdir())

    def live_folder(self, number: int) -> Path:
        return folder_of(self.home) / "live" / job_id(number)


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


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    """An S3 endpoint for all tests."""
    with s3() as found:
        yield found


@pytest.fixture
def bucket(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RemoteHome]:
    """A home of its own in a bucket; nothing is in it."""
    for name, value in endpoint.environ.items():
        monkeypatch.setenv(name, value)
    yield RemoteHome(endpoint.home(uuid.uuid4().hex), tmp_path / "cache")
    endpoint.fail(0)


def from_another_machine(home: RemoteHome) -> RemoteHome:
    """The same home as another machine sees it, which has fetched nothing yet."""
    return replace(home, cache=home.cache.with_name(f"cache-{uuid.uuid4().hex}"))
