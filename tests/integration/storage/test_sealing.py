"""Sealing and sweeping a lake."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Desk
from lake_samples import (
    NOON,
    a_call,
    a_finished_job,
    a_job,
    a_note,
    a_segment,
    an_error,
    job_id,
)

from domain.errors import LakeError, LeaseLost
from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from domain.usage import TokenUsage
from storage.control.published import shown_by
from storage.readmodel.catalog import _template
from storage.readmodel.readmodel import ReadModel
from storage.sealed.sealed_files import write_sealed

ROOT = Path(__file__).parents[3]
AN_HOUR = timedelta(hours=1)


def later() -> datetime:
    """A moment at which all that is on disk now is old."""
    return datetime.now(UTC) + 2 * AN_HOUR


async def finish(desk: Desk, *numbers: int) -> None:
    """Bring jobs to their end, with rows in all tables."""
    desk.take(*numbers)
    for number in numbers:
        await desk.lake.commit(
            job_id(number),
            job=a_finished_job(number),
            segments=[
                a_segment(
                    number, n, status=SegmentStatus.DONE, translation="„Ja\0🌙“", qa_score=96.5
                )
                for n in (1, 0)
            ],
            calls=[a_call(number, 1), a_call(number, 0, stop_reason=None, segment_ids=(0, 1))],
            notes=[a_note(number, "b"), a_note(number, "a"), a_note(number, segment_id=None)],
            errors=[an_error(number, "z"), an_error(number, "y")],
        )
        await desk.lake.commit(job_id(number), notes=[a_note(number, "b", retracted=True)])


async def test_a_job_reads_the_same_live_sealed_and_swept(desk: Desk, reads: ReadModel) -> None:
    """A job reads the same while it is live, once it is sealed, and once it is swept."""
    await finish(desk, 1, 2, 3)
    live = reads.record(job_id(2))
    assert live is not None
    assert [note.message for note in live.notes] == ["a", "A word is misspelt."]

    desk.lake.seal([job_id(1), job_id(2)])
    assert live == reads.record(job_id(2))

    desk.lake.sweep(AN_HOUR, later())
    assert live == reads.record(job_id(2))
    assert [job_id(3)] == [p.name for p in (desk.home / "live").iterdir() if p.name[0] != "_"]


async def test_a_sealed_jobs_money_is_what_its_calls_cost(desk: Desk, reads: ReadModel) -> None:
    """A sealed job's tokens and cost are the sums of its calls, whatever its own row said."""
    await finish(desk, 1)

    desk.lake.seal([job_id(1)])

    record = reads.record(job_id(1))
    assert record is not None
    assert TokenUsage(1600, 800, 0, 0, 1600) == record.job.usage
    assert Decimal("0.0028") == record.job.cost_eur


async def test_sealed_files_are_sorted_and_typed(desk: Desk) -> None:
    """A group has one file a table, sorted by job; segments in groups of 2,000 rows."""
    desk.take(2, 1)
    for number in (2, 1):
        segments = [a_segment(number, n) for n in range(1500, -1, -1)]
        await desk.lake.commit(job_id(number), job=a_finished_job(number), segments=segments)

    desk.lake.seal([job_id(2), job_id(1)])

    folder = desk.home / "sealed" / "2026-03-06"
    files = sorted(path.name.partition("-")[0] for path in folder.iterdir())
    assert files == ["calls", "errors", "jobs", "notes", "segments"]
    (path,) = folder.glob("segments-*")
    file = pq.ParquetFile(path)
    assert file.num_row_groups == 2
    assert file.metadata.row_group(0).num_rows == 2000
    rows = file.read(columns=["job_id", "segment_id"]).to_pylist()
    assert [(job_id(1), 0), (job_id(1), 1)] == [tuple(row.values()) for row in rows[:2]]
    assert (job_id(2), 1500) == tuple(rows[-1].values())


async def test_a_seal_can_be_repeated(desk: Desk, reads: ReadModel) -> None:
    """Sealing what is sealed already, or swept, changes nothing."""
    await finish(desk, 1)
    desk.lake.seal([job_id(1)])
    manifest = (desk.home / "manifest.json").read_bytes()

    desk.lake.seal([job_id(1)])
    desk.lake.sweep(AN_HOUR, later())
    desk.lake.seal([job_id(1)])

    assert len(reads.jobs()) == 1
    assert manifest.count(b'"group_id"') == 1


async def test_a_catalog_that_cant_be_written_is_no_jobs_fault(desk: Desk) -> None:
    """Jobs are sealed where the catalog can't show it, as over a damaged file of a night's."""
    desk.take(1)
    await desk.lake.commit(job_id(1), job=a_finished_job(1, segment_count=0))
    damaged = desk.home / "nights" / "2026-03-06-220000-aaaa.1.parquet"
    damaged.write_bytes(b"PAR1" * 75)
    before = shown_by(desk.home / "catalog.duckdb")
    # What another process than the first would do.
    _template.cache_clear()

    desk.lake.seal([job_id(1)])

    assert len(list(desk.home.glob("sealed/2*/jobs-*"))) == 1
    assert shown_by(desk.home / "catalog.duckdb") == before
    with pytest.raises(LakeError, match=damaged.name):
        desk.lake.sweep(timedelta(0), later())
    assert (desk.home / "live" / job_id(1)).is_dir()

    damaged.unlink()
    desk.lake.sweep(timedelta(0), later())

    assert shown_by(desk.home / "catalog.duckdb") == 1 + (before or 0)


async def test_a_broken_off_seal_leaves_nothing_that_counts(desk: Desk, reads: ReadModel) -> None:
    """Sealed files that no manifest names don't count, and sweeping takes them away."""
    await finish(desk, 1)
    sealer = desk.lake._sealer
    write_sealed(sealer._layout, "2026-03-06", sealer._all_there_will_be([job_id(1)]))

    assert len(reads.jobs()) == 1
    desk.lake.seal([job_id(1)])
    assert len(reads.jobs()) == 1
    folder = desk.home / "sealed" / "2026-03-06"
    assert len(list(folder.iterdir())) == 10
    desk.lake.sweep(AN_HOUR, later())
    assert len(list(folder.iterdir())) == 5
    assert reads.record(job_id(1)) is not None


async def test_a_sweep_waits_for_the_catalog(desk: Desk, reads: ReadModel) -> None:
    """A seal that broke off before its catalog is published there before folders go."""
    await finish(desk, 1)
    sealer = desk.lake._sealer
    sealer._seal_together([job_id(1)])
    assert shown_by(desk.home / "catalog.duckdb") == 0

    desk.lake.sweep(AN_HOUR, later())
    assert shown_by(desk.home / "catalog.duckdb") == 1
    assert (desk.home / "live" / job_id(1)).exists()

    desk.lake.sweep(AN_HOUR, later())
    assert not (desk.home / "live" / job_id(1)).exists()


async def test_a_sweep_leaves_what_is_young(desk: Desk) -> None:
    """What was replaced or begun less than the grace period ago is left for its readers."""
    await finish(desk, 1)
    desk.lake.seal([job_id(1)])
    orphan = desk.home / "sealed" / "2026-03-06" / "jobs-x.parquet"
    orphan.touch()

    desk.lake.sweep(AN_HOUR, datetime.now(UTC))

    assert (desk.home / "live" / job_id(1)).exists()
    assert orphan.exists()


async def test_a_sweep_clears_away_half_written_files(desk: Desk) -> None:
    """What broken-off work left in any folder goes."""
    left = [
        desk.home / "staging" / "x.tmp" / "y",
        desk.home / "staging" / "z.tmp",
        desk.home / "manifest.json.0a.tmp",
        desk.home / "documents" / "ab" / "abc.0a.tmp",
        desk.home / "sealed" / "2026-03-06" / "jobs-x.parquet.0a.tmp",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    desk.lake.sweep(AN_HOUR, later())

    assert [path for path in left if path.exists()] == []


async def test_a_job_that_has_not_ended_is_not_sealed(desk: Desk) -> None:
    """A job that has not ended can't be sealed, and its owner writes on."""
    await finish(desk, 1)
    desk.take(2)

    with pytest.raises(LakeError, match=f"job {job_id(2)} is queued and can't be sealed"):
        desk.lake.seal([job_id(1), job_id(2)])

    await desk.lake.commit(job_id(2), job=a_job(2, status=JobStatus.PROCESSING))
    await desk.lake.commit(job_id(1), job=a_finished_job(1))


async def test_a_sealed_job_is_written_no_more(desk: Desk) -> None:
    """Once a job is sealed its former owner is refused, and no other can hold or submit it."""
    await finish(desk, 1)
    desk.lake.seal([job_id(1)])

    with pytest.raises(LeaseLost):
        await desk.lake.commit(job_id(1), segments=[a_segment()])
    fence = desk.leases.take(job_id(1), "night", NOON)
    assert fence is not None
    with pytest.raises(LeaseLost):
        desk.lake.hold(job_id(1), fence)
    desk.lake.sweep(AN_HOUR, later())
    assert desk.lake.submit([a_job(1)]) == []
    assert desk.lake.live_jobs() == []


async def test_jobs_of_two_days_are_sealed_apart(desk: Desk) -> None:
    """Jobs are sealed by the day of their submission, in UTC."""
    await finish(desk, 1, 2)
    night = replace(a_finished_job(2), created_at=NOON + timedelta(hours=12))
    await desk.lake.commit(job_id(2), job=night)

    desk.lake.seal([job_id(1), job_id(2)])

    days = sorted(path.name for path in (desk.home / "sealed").iterdir())
    assert days == ["2026-03-06", "2026-03-07", "_none"]


async def test_a_sealer_that_comes_second_counts_for_nothing(desk: Desk) -> None:
    """Of two sealers that have written files for the same job, only the first one's count."""
    await finish(desk, 1)
    sealer = desk.lake._sealer
    tables = sealer._all_there_will_be([job_id(1)])
    first, second = (write_sealed(sealer._layout, "2026-03-06", tables) for _ in range(2))

    assert sealer._count([first])
    assert not sealer._count([second])
    assert desk.lake._manifests.read().groups == (first,)


SEAL = """
import sys
from pathlib import Path
from storage.lake import Lake

lake = Lake.create(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for job_id in sys.argv[2:]:
    lake.seal([job_id])
lake.close()
"""


async def test_two_sealers_lose_nothing_of_each_other(desk: Desk, reads: ReadModel) -> None:
    """Two processes that seal at once, some of it the same, lose and double nothing."""
    await finish(desk, *range(1, 9))
    ids = [job_id(number) for number in range(1, 9)]
    sealers = [
        subprocess.Popen(  # noqa: ASYNC220 - started, not waited for
            [sys.executable, "-c", SEAL, str(desk.home), *share],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        for share in (ids[:6], ids[2:])
    ]
    for sealer in sealers:
        assert sealer.stdout is not None
        assert sealer.stdout.readline() == "ready\n"
    for sealer in sealers:
        sealer.communicate("go\n")

    assert [sealer.returncode for sealer in sealers] == [0, 0]
    assert ids == [job.job_id for job in reads.jobs()]
    assert frozenset(ids) == desk.lake._manifests.read().replaced
    assert len(list((desk.home / "sealed" / "2026-03-06").iterdir())) == 5 * 8
