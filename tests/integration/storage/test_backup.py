"""A backup that was made while others worked is a home; of it all comes back, or one file."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, job_id
from test_control_lost import filled
from test_lake_integrity import end
from test_verifying import flip, work

from domain.errors import InputError
from storage.control.keys import Keys
from storage.control.leases import Leases
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.readmodel.catalog import write_catalog
from storage.readmodel.readmodel import ReadModel
from storage.verify.backup import BackedUp, back_up
from storage.verify.verifying import verify


def backed_up(desk: Desk, hour: int = 12) -> BackedUp:
    return back_up(desk.home, desk.home.parent / "backups", NOON + timedelta(hours=hour))


def faults(home: Path) -> list[tuple[str, str]]:
    return [(f.kind, f.place) for f in verify(home, datetime.now(UTC)).faults]


def jobs_of(home: Path) -> list[object]:
    with closing(ReadModel(home, clock=lambda: NOON)) as reads:
        return [reads.record(job.job_id) for job in reads.jobs()]


def restored(backup: Path, home: Path) -> None:
    """What docs/backup.md says of a whole home."""
    home.rename(home.with_name("damaged"))
    shutil.copytree(backup, home)
    write_catalog(home)


async def fill(desk: Desk) -> None:
    """A part, a group, live jobs, keys and webhooks."""
    filled(desk.home)
    await end(desk, 11, 12)
    await end(desk, 13)
    desk.lake.compact(datetime.now(UTC))
    await end(desk, 14)
    await work(desk, 15, ended=False)


async def test_a_whole_home_comes_back(desk: Desk) -> None:
    """A home put back from its backup has all jobs, keys and batches, and nights go on in it."""
    await fill(desk)
    before = jobs_of(desk.home)
    done = backed_up(desk)
    assert done.faults == []
    desk.lake.close()
    desk.leases.close()

    restored(done.place, desk.home)

    assert faults(desk.home) == []
    assert len(before) == 5
    assert jobs_of(desk.home) == before
    with closing(Keys(desk.home)) as keys:
        assert [key.name for key in keys.list()] == ["anna"]
    with closing(Lake.create(desk.home)) as lake, closing(Leases(desk.home)) as leases:
        fence = leases.take(job_id(15), "next", NOON)
        assert fence == 2
        lake.hold(job_id(15), fence)


async def test_the_next_backup_links_what_never_changes(desk: Desk) -> None:
    """What the backup before has is linked to; what is damaged there is copied anew."""
    await fill(desk)
    first = backed_up(desk, 12)
    rotten = next((first.place / "sealed").rglob("calls-*.parquet"))
    flip(rotten, 60)

    second = backed_up(desk, 13)

    assert (first.linked, second.faults) == (0, [])
    assert second.copied < 5 < second.linked
    assert {kind for kind, _ in faults(second.place)} == {"catalog"}


async def test_what_is_damaged_is_left_out(desk: Desk) -> None:
    """A file that is not what was written is named, and replaces no good copy of it."""
    await fill(desk)
    first = backed_up(desk, 12)
    live = desk.live_folder(15) / desk.live_files(15)[-1]
    document = next((desk.home / "documents").glob("*/*"))
    for path in (live, document):
        flip(path, 5)

    alone = back_up(desk.home, desk.home.parent / "others", NOON)
    second = backed_up(desk, 13)

    places = [path.relative_to(desk.home).as_posix() for path in (live, document)]
    assert [fault.split(":")[0] for fault in alone.faults] == places
    assert not any((alone.place / place).exists() for place in places)
    assert second.faults == []
    for place in places:
        assert (second.place / place).read_bytes() == (first.place / place).read_bytes()
        shutil.copy(second.place / place, desk.home / place)
    assert faults(desk.home) == []


async def test_a_backup_of_a_home_at_work(desk: Desk) -> None:
    """Backups made while jobs are written, sealed, compacted and swept are whole homes, each."""
    ended = threading.Event()
    made: list[BackedUp] = []

    def copy() -> None:
        while not ended.is_set():
            made.append(backed_up(desk, len(made)))

    copying = asyncio.create_task(asyncio.to_thread(copy))
    for first in range(1, 13, 4):
        await work(desk, *range(first, first + 4), ended=False)
        await work(desk, *range(first + 100, first + 104), ended=True)
        await asyncio.to_thread(desk.lake.compact, NOON)
        await asyncio.to_thread(desk.lake.sweep, timedelta(hours=1), datetime.now(UTC))
    ended.set()
    await copying

    assert made
    for one in (made[0], made[len(made) // 2], made[-1]):
        assert one.faults == []
        assert set(faults(one.place)) <= {("catalog", "catalog.duckdb")}


def test_places_that_can_not_be(desk: Desk, tmp_path: Path) -> None:
    """A backup lies outside of the home, in a folder of its own; a home in a bucket has none."""
    with pytest.raises(InputError, match="it lies in the home itself"):
        back_up(desk.home, desk.home / "backups", NOON)
    with pytest.raises(InputError, match="there is no lake here"):
        back_up(tmp_path / "nowhere", tmp_path / "backups", NOON)
    with pytest.raises(InputError, match=r"see docs/backup\.md"):
        back_up(RemoteHome("s3://bucket/home", tmp_path), tmp_path / "backups", NOON)
    backed_up(desk)
    with pytest.raises(InputError, match="there is a backup of this second already"):
        backed_up(desk)
