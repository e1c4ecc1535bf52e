"""Sealed groups become daily parts, sorted by job."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from domain.errors import LakeError
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.readmodel.readmodel import ReadModel
from storage.sealed.compaction import Compacted, Compactor, Span, spans

ROOT = Path(__file__).parents[3]
DAY = "2026-03-06"
AN_HOUR = timedelta(hours=1)
STRIDE = 20


def later() -> datetime:
    """A moment at which all that is on disk now is old."""
    return datetime.now(UTC) + 2 * AN_HOUR


async def seal(desk: Desk, *groups: tuple[int, ...], segments: int = 2) -> None:
    """Bring jobs to their end, and seal each group of them."""
    for numbers in groups:
        desk.take(*numbers)
        for number in numbers:
            await desk.lake.commit(
                job_id(number),
                job=a_finished_job(number, segment_count=segments),
                segments=[a_segment(number, n) for n in range(segments)],
                calls=[a_call(number, n) for n in range(segments)],
            )
        desk.lake.seal([job_id(number) for number in numbers])


def manifest(desk: Desk) -> Manifest:
    return ManifestFile(Layout.of(desk.home)).read()


def ranges(desk: Desk) -> list[tuple[int, int]]:
    """The numbers of the first and last job of each group that counts."""
    return [(int(g.min_job_id[-4:]), int(g.max_job_id[-4:])) for g in manifest(desk).groups]


def compact(desk: Desk, part_jobs: int, part_segments: int = 1_000) -> Compacted:
    """Compact into parts of another size."""
    layout = Layout.of(desk.home)
    manifests = ManifestFile(layout)
    return Compactor(layout, manifests, part_jobs=part_jobs, part_segments=part_segments).compact(
        NOON
    )


async def test_a_day_becomes_one_sorted_file_a_table(desk: Desk, reads: ReadModel) -> None:
    """The groups of a day become one part, sorted by job, that reads as they did."""
    await seal(desk, (1, 4), (2, 3))
    before = [reads.record(job_id(number)) for number in range(1, 5)]

    assert desk.lake.compact(NOON) == Compacted(days=1, groups=2, parts=1)

    (part,) = manifest(desk).groups
    rows = pq.read_table(desk.home / part.files["segments"].path, columns=["job_id", "segment_id"])
    assert [(job_id(n), s) for n in range(1, 5) for s in (0, 1)] == [
        tuple(row.values()) for row in rows.to_pylist()
    ]
    assert before == [reads.record(job_id(number)) for number in range(1, 5)]
    assert None not in before


async def test_a_day_that_is_compacted_stays_as_it_is(desk: Desk) -> None:
    """Compacting again changes nothing."""
    await seal(desk, (1, 2), (3,))
    desk.lake.compact(NOON)
    before = (desk.home / "manifest.json").read_bytes()

    assert desk.lake.compact(NOON) == Compacted()
    assert before == (desk.home / "manifest.json").read_bytes()


async def test_a_compacted_manifest_lists_no_jobs(desk: Desk, reads: ReadModel) -> None:
    """Once live folders are swept, a manifest of parts names files and ranges, and no jobs."""
    await seal(desk, (1, 3))
    desk.lake.compact(NOON)
    assert frozenset({job_id(1), job_id(3)}) == manifest(desk).replaced

    desk.lake.sweep(AN_HOUR, later())

    assert [group.job_ids for group in manifest(desk).groups] == [()]
    assert frozenset() == manifest(desk).replaced
    assert reads.record(job_id(3)) is not None
    assert reads.record(job_id(2)) is None
    assert desk.lake.submit([a_job(1), a_job(2)]) == [job_id(2)]


async def test_what_was_swept_before_is_not_swept_again(desk: Desk) -> None:
    """A part lists only those of its jobs whose live folders are not swept yet."""
    await seal(desk, (1, 2))
    desk.lake.sweep(AN_HOUR, later())
    await seal(desk, (3,))

    desk.lake.compact(NOON)

    assert [group.job_ids for group in manifest(desk).groups] == [(job_id(3),)]


async def test_replaced_files_stay_for_their_readers(desk: Desk) -> None:
    """Files that parts replace stay for the grace period, however old they are, then go."""
    await seal(desk, (1,), (2,))
    folder = desk.home / "sealed" / DAY
    old = set(folder.iterdir())
    for path in old:
        os.utime(path, (0, 0))
    now = datetime.now(UTC)

    desk.lake.compact(now)
    desk.lake.sweep(AN_HOUR, now + timedelta(minutes=59))
    assert old < set(folder.iterdir())

    desk.lake.sweep(AN_HOUR, now + timedelta(minutes=61))
    assert len(set(folder.iterdir())) == 5
    assert not old & set(folder.iterdir())
    assert manifest(desk).retired == ()


async def test_a_job_that_ends_late_joins_the_part_it_falls_into(desk: Desk) -> None:
    """A job that ends after its neighbours were compacted joins their part; others stay."""
    await seal(desk, (1, 2, 5, 6), (7, 8, 9, 10))
    compact(desk, part_jobs=4)
    first, second = manifest(desk).groups
    await seal(desk, (3,))

    assert compact(desk, part_jobs=6) == Compacted(days=1, groups=2, parts=1)

    assert [(1, 6), (7, 10)] == ranges(desk)
    assert second in manifest(desk).groups
    assert first not in manifest(desk).groups


async def test_small_parts_are_merged_with_what_comes(desk: Desk) -> None:
    """A part that is less than half full is merged with the jobs that end later."""
    await seal(desk, (1, 2))
    compact(desk, part_jobs=6)
    await seal(desk, (3, 4))

    compact(desk, part_jobs=6)

    assert [(1, 4)] == ranges(desk)


async def test_parts_hold_so_many_jobs_and_segments(desk: Desk, reads: ReadModel) -> None:
    """A part holds no more jobs and segments than it may."""
    await seal(desk, (1, 2, 3, 4, 5))
    compact(desk, part_jobs=2)
    assert [(1, 2), (3, 4), (5, 5)] == ranges(desk)

    await seal(desk, (6, 7), segments=30)
    compact(desk, part_jobs=8, part_segments=40)
    assert [(1, 6), (7, 7)] == ranges(desk)
    assert len(reads.jobs()) == 7


def test_no_part_goes_on_past_another() -> None:
    """Jobs on both sides of a part that stays come into parts of their own."""
    sizes = [(name, 1) for name in "abefx"]

    assert list(spans(sizes, 10, 10, ["c", "m"])) == [
        Span("a", "b"),
        Span("e", "f"),
        Span("x", "x"),
    ]


def test_a_large_job_has_a_part_of_its_own() -> None:
    """A job with more segments than a part may hold is a part all the same."""
    sizes = [("a", 1), ("b", 50), ("c", 1)]

    assert list(spans(sizes, 10, 10, [])) == [Span("a", "a"), Span("b", "b"), Span("c", "c")]


async def test_the_catalog_shows_the_parts(desk: Desk) -> None:
    """The catalog that is published after compaction reads the parts alone."""
    await seal(desk, (1,), (2,))
    now = datetime.now(UTC)
    desk.lake.compact(now)
    desk.lake.sweep(AN_HOUR, now + 2 * AN_HOUR)

    with duckdb.connect(str(desk.home / "catalog.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT job_id) FROM jobs").fetchone()
        spent = connection.execute("SELECT sum(calls) FROM cost_by_day").fetchone()
    assert found == (2, 2)
    assert spent == (4,)


async def test_a_file_that_lost_rows_is_not_compacted(desk: Desk, reads: ReadModel) -> None:
    """Where files hold other than what was sealed, compaction says so and changes nothing."""
    await seal(desk, (1,), (2,))
    group = manifest(desk).groups[0]
    path = desk.home / group.files["calls"].path
    pq.write_table(pq.read_table(path).slice(1), path)
    before = (desk.home / "manifest.json").read_bytes()

    with pytest.raises(LakeError, match=f"{group.files['calls'].path} is not what was sealed"):
        desk.lake.compact(NOON)

    assert before == (desk.home / "manifest.json").read_bytes()
    assert len(reads.jobs()) == 2


async def test_a_compaction_that_comes_second_counts_for_nothing(desk: Desk) -> None:
    """Of two compactions that have written parts of the same groups, only the first counts."""
    await seal(desk, (1,), (2,))
    compactor = desk.lake._compactor
    groups = list(manifest(desk).groups)
    first, second = (list(compactor._written(groups, [])) for _ in range(2))

    assert compactor._count(first, groups, NOON)
    assert not compactor._count(second, groups, NOON)
    assert [part.group_id for part in first] == [g.group_id for g in manifest(desk).groups]


async def test_a_compaction_killed_at_any_step_can_be_repeated(desk: Desk, tmp_path: Path) -> None:
    """Killed at any of its steps, compaction loses and doubles nothing.

    The next one goes on from there, and then nothing half done is left. Every twentieth step
    is tried.
    """
    await seal(desk, (1, 3), (2,))
    copy = tmp_path / "copy"
    with subprocess.Popen(  # noqa: ASYNC220 - started, not waited for
        [sys.executable, Path(__file__).with_name("killed_compaction.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as compactions:

        def told(last: int) -> str:
            assert compactions.stdin is not None
            assert compactions.stdout is not None
            compactions.stdin.write(f"{copy} {last}\n")
            compactions.stdin.flush()
            return compactions.stdout.readline()

        killed = 0
        for step in itertools.count(1, STRIDE):
            shutil.copytree(desk.home, copy)
            ended = told(step)
            assert read_whole(copy) == [job_id(1), job_id(2), job_id(3)]
            if ended != "killed\n":
                break
            killed += 1
            assert told(1_000) == "done 0\n"
            assert read_whole(copy) == [job_id(1), job_id(2), job_id(3)]
            assert left_in(copy) == ["calls", "errors", "jobs", "notes", "segments"]
            shutil.rmtree(copy)
        assert ended == "done 0\n"
        assert compactions.stdin is not None
        compactions.stdin.close()
    assert killed > 50 / STRIDE


def read_whole(home: Path) -> list[str]:
    """The jobs of a lake, in each of which all is there and nothing twice."""
    reads = ReadModel(home)
    try:
        ids = [job.job_id for job in reads.jobs()]
        assert [row["calls"] for row in reads.costs(["job"])] == [2] * len(ids)
        records = [reads.record(wanted) for wanted in ids]
    finally:
        reads.close()
    assert [2] * len(ids) == [len(record.segments) for record in records if record is not None]
    return ids


def left_in(home: Path) -> list[str]:
    """The tables of the sealed files that are there; nothing else may be."""
    assert [path.name for path in (home / "live").iterdir()] == ["_none"]
    assert list((home / "staging").iterdir()) == []
    assert list(home.glob("*.tmp")) == []
    return sorted(path.name.partition("-")[0] for path in (home / "sealed" / DAY).iterdir())
