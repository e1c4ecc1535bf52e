"""A manifest is made anew from the sealed files, each job once, or it is said why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Desk, from_another_machine
from lake_samples import NOON, a_call, a_finished_job, a_note, a_segment, job_id

from domain.errors import LakeDamaged
from storage.files.home import RemoteHome
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.tables.records import JobRecord
from storage.verify.rebuilding import Rebuilt, rebuild_manifest
from storage.verify.verifying import verify

LATER = timedelta(hours=2)


async def seal(desk: Desk, *groups: tuple[int, ...]) -> None:
    for numbers in groups:
        desk.take(*numbers)
        for number in numbers:
            await desk.lake.commit(
                job_id(number),
                job=a_finished_job(number),
                segments=[a_segment(number)],
                calls=[a_call(number)],
                notes=[a_note(number)],
            )
        desk.lake.seal([job_id(number) for number in numbers])


def manifest(desk: Desk) -> Manifest:
    return ManifestFile(Layout.of(desk.home)).read()


def sweep(desk: Desk) -> None:
    desk.lake.sweep(timedelta(0), datetime.now(UTC) + LATER)


def records(desk: Desk, *numbers: int) -> list[JobRecord]:
    return desk.lake.load_all([job_id(number) for number in numbers])


def faults(desk: Desk) -> list[tuple[str, str]]:
    """What is wrong beside the documents that these jobs never had."""
    found = verify(desk.home, datetime.now(UTC)).faults
    return [(f.kind, f.what) for f in found if f.kind != "missing document"]


@pytest.mark.parametrize("is_swept", [False, True])
async def test_groups(desk: Desk, is_swept: bool) -> None:
    """Groups count again, whether their live folders are still there or not."""
    await seal(desk, (1, 2), (3,))
    if is_swept:
        sweep(desk)
    before, known = manifest(desk), records(desk, 1, 2, 3)
    (desk.home / "manifest.json").unlink()

    assert Rebuilt(groups=2, jobs=3) == rebuild_manifest(desk.home, NOON)

    after = manifest(desk)
    assert before.groups == after.groups
    assert before.version < after.version
    assert known == records(desk, 1, 2, 3)
    assert [] == faults(desk)


async def test_parts_and_what_they_replaced(desk: Desk) -> None:
    """Where a part lies beside the groups it was made of, each job counts once."""
    await seal(desk, (1, 3), (2, 4))
    desk.lake.compact(NOON)
    known = records(desk, 1, 2, 3, 4)
    (desk.home / "manifest.json").write_bytes(b"{")

    assert Rebuilt(groups=1, jobs=4, aside=2) == rebuild_manifest(desk.home, NOON)

    assert known == records(desk, 1, 2, 3, 4)
    assert [] == faults(desk)
    sweep(desk)
    assert known == records(desk, 1, 2, 3, 4)
    assert [] == faults(desk)
    assert 5 == len(list((desk.home / "sealed" / "2026-03-06").iterdir()))


async def test_an_older_manifest(desk: Desk) -> None:
    """An older manifest that was restored alone is refused, and what came after it counts again."""
    await seal(desk, (1,), (2,))
    old = (desk.home / "manifest.json").read_bytes()
    desk.lake.compact(NOON)
    sweep(desk)
    await seal(desk, (3,))
    known = records(desk, 1, 2, 3)
    (desk.home / "manifest.json").write_bytes(old)
    with pytest.raises(
        LakeDamaged, match="is an older one, of version 2, and version 6 was publish"
    ):
        manifest(desk)

    assert Rebuilt(groups=2, jobs=3) == rebuild_manifest(desk.home, NOON)

    assert known == records(desk, 1, 2, 3)
    assert [] == faults(desk)


async def test_a_compaction_that_was_broken_off(desk: Desk) -> None:
    """Files of a part that is not whole are left out, where its jobs are in other groups."""
    await seal(desk, (1,), (2,))
    old = manifest(desk)
    desk.lake.compact(NOON)
    (part,) = manifest(desk).groups
    (desk.home / part.files["errors"].path).unlink()
    (desk.home / "manifest.json").unlink()

    assert Rebuilt(groups=2, jobs=2) == rebuild_manifest(desk.home, NOON)

    assert old.groups == manifest(desk).groups
    assert [] == faults(desk)


@pytest.mark.parametrize("table", ["jobs", "segments", "calls"])
async def test_a_group_that_is_not_whole(desk: Desk, table: str) -> None:
    """Where a file is gone and its jobs are nowhere else, it is named, and nothing is changed."""
    await seal(desk, (1,), (2,))
    sweep(desk)
    lost = manifest(desk).groups[0].files[table].path
    (desk.home / lost).unlink()
    (desk.home / "manifest.json").unlink()
    left = sorted(desk.home.rglob("*.parquet"))

    found = rebuild_manifest(desk.home, NOON)

    (reason,) = found.unclear
    assert f"{job_id(1)} are nowhere else: {lost}: it is not there; restore these files" in reason
    assert left == sorted(desk.home.rglob("*.parquet"))
    assert not (desk.home / "manifest.json").exists()


async def test_a_group_that_is_not_whole_and_whose_jobs_are_live(desk: Desk) -> None:
    """Where a file is gone and the live folders are there, the jobs are live again."""
    await seal(desk, (1,), (2,))
    known = records(desk, 1, 2)
    (desk.home / manifest(desk).groups[0].files["calls"].path).unlink()
    (desk.home / "manifest.json").unlink()

    assert Rebuilt(groups=1, jobs=1) == rebuild_manifest(desk.home, NOON)

    assert [job_id(1)] == [job.job_id for job in desk.lake.live_jobs()]
    assert known == records(desk, 1, 2)
    assert [] == faults(desk)


async def test_a_file_that_is_not_what_an_older_manifest_says(desk: Desk) -> None:
    """A file that changed is taken for none where an older manifest still has its hash."""
    await seal(desk, (1,))
    sweep(desk)
    old, path = (
        (desk.home / "manifest.json").read_bytes(),
        manifest(desk).groups[0].files["notes"].path,
    )
    await seal(desk, (2,))
    pq.write_table(pq.read_table(desk.home / path), desk.home / path)
    (desk.home / "manifest.json").write_bytes(old)

    (reason,) = rebuild_manifest(desk.home, NOON).unclear

    assert path in reason


@pytest.mark.parametrize("table", ["jobs", "calls"])
async def test_a_damaged_file_whose_jobs_are_live(desk: Desk, table: str) -> None:
    """A sound manifest that names a damaged file does without its group, whose jobs are live."""
    await seal(desk, (1,), (2,))
    known = records(desk, 1, 2)
    path = desk.home / manifest(desk).groups[0].files[table].path
    path.write_bytes(path.read_bytes()[:-1])

    assert Rebuilt(groups=1, jobs=1) == rebuild_manifest(desk.home, NOON)

    assert known == records(desk, 1, 2)
    assert [] == faults(desk)
    desk.lake.seal([job_id(1)])
    assert known == records(desk, 1, 2)


async def test_a_damaged_part_of_groups_that_are_there(desk: Desk) -> None:
    """A part that is damaged gives way to the groups it was made of, as long as they are there."""
    await seal(desk, (1,), (2,))
    sweep(desk)
    known, before = records(desk, 1, 2), manifest(desk).groups
    desk.lake.compact(NOON)
    (part,) = manifest(desk).groups
    (desk.home / part.files["segments"].path).write_bytes(b"")

    assert Rebuilt(groups=2, jobs=2) == rebuild_manifest(desk.home, NOON)

    assert before == manifest(desk).groups
    assert known == records(desk, 1, 2)


async def test_a_group_that_is_given_up(desk: Desk) -> None:
    """Where all that is left of a lost group was moved away, the others count without it."""
    await seal(desk, (1,), (2,))
    sweep(desk)
    known, group = records(desk, 2), manifest(desk).groups[0]
    (desk.home / group.files["jobs"].path).unlink()
    assert rebuild_manifest(desk.home, NOON).unclear
    for table in ("segments", "calls", "notes", "errors"):
        (desk.home / group.files[table].path).rename(desk.home.with_name(table))

    assert Rebuilt(groups=1, jobs=1, left_out=1) == rebuild_manifest(desk.home, NOON)

    assert known == records(desk, 2)
    assert [] == faults(desk)


async def test_a_sound_manifest_stays(desk: Desk) -> None:
    """A manifest that is sound is left as it is."""
    await seal(desk, (1,))
    before = (desk.home / "manifest.json").read_bytes()

    assert Rebuilt(was_sound=True, groups=1, jobs=1) == rebuild_manifest(desk.home, NOON)

    assert before == (desk.home / "manifest.json").read_bytes()


async def test_in_a_bucket(bucket: RemoteHome) -> None:
    """The manifest of a home in a bucket is missed and made anew too."""
    desk = Desk(bucket)
    try:
        await seal(desk, (1,), (2,))
        desk.lake.compact(NOON)
        known = records(desk, 1, 2)
        layout = Layout.of(from_another_machine(bucket))
        layout.files.remove(layout.manifest)
        with pytest.raises(LakeDamaged, match="is not there, and version 3 was published"):
            desk.lake.load(job_id(1))

        assert Rebuilt(groups=1, jobs=2, aside=2) == rebuild_manifest(bucket, NOON)

        assert known == records(desk, 1, 2)
    finally:
        desk.lake.close()
        desk.leases.close()


def test_nothing_sealed(tmp_path: Path) -> None:
    """Where nothing was ever sealed, an empty manifest is made."""
    desk = Desk(tmp_path / "home")
    (desk.home / "manifest.json").unlink()

    assert Rebuilt() == rebuild_manifest(desk.home, NOON)

    assert () == manifest(desk).groups
    desk.lake.close()
    desk.leases.close()
