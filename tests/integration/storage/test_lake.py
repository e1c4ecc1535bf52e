"""Committing to a lake."""

from __future__ import annotations

import asyncio
from dataclasses import replace

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

from domain.errors import JobNotFound, LeaseLost
from domain.job.job import JobStatus
from domain.job.segment import SegmentStatus
from storage.lake import Lake
from storage.readmodel.readmodel import ReadModel
from storage.tables.records import JobRecord
from storage.tables.rows import encoded

ONE = job_id(1)


async def test_what_was_committed_is_there(desk: Desk) -> None:
    """What was committed is there for any process that opens the lake."""
    desk.take(1)

    await desk.lake.commit(
        ONE,
        job=a_job(status=JobStatus.PROCESSING),
        segments=[a_segment(segment_id=1), a_segment(segment_id=0)],
        notes=[a_note()],
        errors=[an_error()],
    )

    assert JobRecord(
        job=a_job(status=JobStatus.PROCESSING),
        segments=(a_segment(segment_id=0), a_segment(segment_id=1)),
        notes=(a_note(),),
        errors=(an_error(),),
    ) == Lake.create(desk.home).load(ONE)


async def test_the_newest_row_of_a_key_counts(desk: Desk) -> None:
    """Of several rows of a segment the newest counts, within a commit and across commits."""
    desk.take(1)
    first = a_segment()
    second = first.to(SegmentStatus.PROCESSING)
    third = second.to(SegmentStatus.TRANSLATED, translation="Quality speaks.")

    await desk.lake.commit(ONE, segments=[first, second])
    assert (second,) == desk.lake.load(ONE).segments
    await desk.lake.commit(ONE, segments=[third])
    assert (third,) == desk.lake.load(ONE).segments


async def test_a_jobs_money_is_what_its_calls_cost(desk: Desk) -> None:
    """A live job's tokens and cost are the sums of its calls, whatever its own row says."""
    desk.take(1)

    await desk.lake.commit(ONE, calls=[a_call(call=0), a_call(call=1, simulated=True)])

    job = desk.lake.load(ONE).job
    assert job.usage.input_tokens == 2400
    assert str(job.cost_eur) == "0.0028"
    assert job.simulated


async def test_a_call_committed_twice_counts_once(desk: Desk) -> None:
    """A call that is committed twice is one row of the ledger."""
    desk.take(1)

    await desk.lake.commit(ONE, calls=[a_call()])
    await desk.lake.commit(ONE, calls=[a_call()])

    assert (a_call(),) == desk.lake.load(ONE).calls


async def test_a_note_can_be_taken_back(desk: Desk) -> None:
    """A retracted note is gone, others of the same segment stay."""
    desk.take(1)
    await desk.lake.commit(ONE, notes=[a_note(), a_note(message="Another.")])

    await desk.lake.commit(ONE, notes=[a_note(retracted=True)])

    assert (a_note(message="Another."),) == desk.lake.load(ONE).notes


async def test_equal_errors_are_all_kept(desk: Desk) -> None:
    """An error that happens again is one more line of the log."""
    desk.take(1)

    await desk.lake.commit(ONE, errors=[an_error()])
    await desk.lake.commit(ONE, errors=[an_error(), an_error()])

    assert 3 * (an_error(),) == desk.lake.load(ONE).errors


async def test_commits_that_wait_together_share_a_file(desk: Desk) -> None:
    """A hundred commits at once take a few files, and each is durable when it returns."""
    desk.take(1)

    await asyncio.gather(
        *(desk.lake.commit(ONE, segments=[a_segment(segment_id=n)]) for n in range(100))
    )

    assert len(desk.lake.load(ONE).segments) == 100
    assert len(desk.live_files()) <= 4


async def test_a_jotted_row_goes_with_the_next_commit(desk: Desk) -> None:
    """A jotted row travels in the file of the next commit."""
    desk.take(1)

    desk.lake.jot(ONE, segments=[a_segment(status=SegmentStatus.PROCESSING)])
    await desk.lake.commit(ONE, calls=[a_call()])

    assert (a_segment(status=SegmentStatus.PROCESSING),) == desk.lake.load(ONE).segments
    assert len(desk.live_files()) == 2


async def test_a_row_that_is_replaced_before_it_is_written_is_not_written(desk: Desk) -> None:
    """Of rows that travel together, only the newest of each key does; none without one is lost."""
    desk.take(1)

    desk.lake.jot(ONE, segments=[a_segment(), a_segment(segment_id=1)], errors=[an_error()])
    await desk.lake.commit(
        ONE, segments=[a_segment(status=SegmentStatus.PROCESSING)], errors=[an_error()]
    )

    rows = pq.read_table(desk.live_folder(1) / desk.live_files()[-1])
    assert ["segments", "errors", "segments", "errors"] == rows["kind"].to_pylist()
    assert [SegmentStatus.PROCESSING, SegmentStatus.PENDING] == [
        segment.status for segment in desk.lake.load(ONE).segments
    ]
    assert 2 * (an_error(),) == desk.lake.load(ONE).errors


async def test_a_jotted_row_does_not_wait_for_ever(desk: Desk) -> None:
    """A jotted row without a commit becomes durable by itself, and at once when settled."""
    desk.take(1, 2)

    desk.lake.jot(ONE, segments=[a_segment()])
    while len(desk.live_files()) == 1:  # noqa: ASYNC110 - the file is what is waited for
        await asyncio.sleep(0.01)
    desk.lake.jot(job_id(2), segments=[a_segment(2)])
    await desk.lake.settle()

    assert (a_segment(),) == desk.lake.load(ONE).segments
    assert (a_segment(2),) == desk.lake.load(job_id(2)).segments


async def test_what_was_paid_waits_for_less(desk: Desk) -> None:
    """A jotted call is durable before another job's row that was jotted earlier, and so is all
    that was jotted with it."""
    desk.take(1, 2)

    desk.lake.jot(job_id(2), segments=[a_segment(2)])
    desk.lake.jot(ONE, segments=[a_segment()])
    desk.lake.jot(ONE, calls=[a_call()])
    while len(desk.live_files(2)) == 1:  # noqa: ASYNC110 - the file is what is waited for
        await asyncio.sleep(0.01)

    paid, other = (desk.live_folder(n) / desk.live_files(n)[-1] for n in (1, 2))
    assert paid.stat().st_mtime_ns < other.stat().st_mtime_ns
    assert (a_segment(),) == desk.lake.load(ONE).segments
    assert (a_call(),) == desk.lake.load(ONE).calls


async def test_a_cancelled_commit_harms_no_other(desk: Desk) -> None:
    """A commit whose task is cancelled does not take along those that share its file."""
    desk.take(1)
    given_up = asyncio.create_task(desk.lake.commit(ONE, segments=[a_segment(segment_id=0)]))
    kept = asyncio.create_task(desk.lake.commit(ONE, segments=[a_segment(segment_id=1)]))
    await asyncio.sleep(0)

    given_up.cancel()
    await kept

    assert a_segment(segment_id=1) in desk.lake.load(ONE).segments


async def test_a_stale_owner_is_refused(desk: Desk) -> None:
    """An owner whose job was taken by another run is refused before anything is written."""
    desk.take(1)
    desk.leases.release(ONE, "night")
    desk.leases.take(ONE, "other", NOON)

    with pytest.raises(LeaseLost):
        await desk.lake.commit(ONE, segments=[a_segment()])

    assert len(desk.live_files()) == 1


async def test_a_stale_owners_rows_come_before_its_successors(desk: Desk) -> None:
    """A row written under an older fence never wins over a successor's, however late it comes."""
    desk.take(1)
    for n in range(5):
        await desk.lake.commit(ONE, calls=[a_call(call=n)])
    late = encoded(a_segment(error="stale"))
    writer = desk.lake._writers[ONE]
    desk.leases.release(ONE, "night")
    successor = Lake.create(desk.home)
    fence = desk.leases.take(ONE, "night", NOON)
    assert fence == 2
    successor.hold(ONE, fence)
    await successor.commit(ONE, segments=[a_segment(error="fresh")])

    # The moment between the check of the fence and the write, which no check can close.
    writer.check = lambda job_id, fence: None
    await writer.commit([late])

    assert (a_segment(error="fresh"),) == desk.lake.load(ONE).segments
    successor.close()


async def test_a_job_not_held_is_not_written(desk: Desk) -> None:
    """A job that this process does not hold, or holds no more, is not written."""
    with pytest.raises(LeaseLost):
        await desk.lake.commit(ONE, segments=[a_segment()])
    desk.take(1)
    await desk.lake.let_go(ONE)
    with pytest.raises(LeaseLost):
        desk.lake.jot(ONE, segments=[a_segment()])


async def test_an_owner_that_comes_back_goes_on_counting(desk: Desk) -> None:
    """Letting go of a job and holding it again under the same fence replaces no file."""
    desk.take(1)
    await desk.lake.commit(ONE, segments=[a_segment(segment_id=0)])
    await desk.lake.let_go(ONE)
    desk.lake.hold(ONE, 1)
    await desk.lake.commit(ONE, segments=[a_segment(segment_id=1)])

    assert len(desk.lake.load(ONE).segments) == 2
    assert len(desk.live_files()) == 3


async def test_what_was_half_written_is_cleared_away(desk: Desk) -> None:
    """Who holds a job next clears away what its owner before left half written."""
    desk.take(1)
    left = desk.home / "live" / ONE / "00000001-000000000001-000000000001.parquet.0a.tmp"
    left.write_bytes(b"PAR1")

    desk.lake.hold(ONE, 1)

    assert desk.live_files() == ["00000000-000000000001-000000000001.parquet"]


async def test_a_job_is_submitted_once(desk: Desk) -> None:
    """A job that is there already stays as it is, also when it is sealed and swept."""
    assert desk.lake.submit([a_job()]) == [ONE]
    assert [job_id(2)] == desk.lake.submit([a_job(source_path="other"), a_job(2)])

    assert desk.lake.load(ONE).job.source_path == "docs/1.md"
    assert [path.name for path in (desk.home / "staging").iterdir()] == []


async def test_live_jobs_are_as_last_committed(desk: Desk) -> None:
    """Live jobs come as last committed, in the order of submission, ended ones among them."""
    desk.take(1, 2, 3)
    await desk.lake.commit(ONE, job=a_finished_job())
    await desk.lake.commit(job_id(3), job=a_job(3, status=JobStatus.FAILED, attempt=1))

    failed = a_job(3, status=JobStatus.FAILED, attempt=1)
    assert [a_finished_job(), a_job(2), failed] == desk.lake.live_jobs()


async def test_a_missing_job_is_an_error(desk: Desk) -> None:
    """Loading or holding a job that is not there is an error that names it."""
    with pytest.raises(JobNotFound, match="nowhere"):
        desk.lake.load("nowhere")
    with pytest.raises(JobNotFound, match="nowhere"):
        desk.lake.hold("nowhere", 1)


async def test_a_long_job_is_folded(desk: Desk, reads: ReadModel) -> None:
    """A long job's files are folded into few, and nothing about it changes by that."""
    desk.take(1)
    states = [SegmentStatus.PENDING, SegmentStatus.PROCESSING, SegmentStatus.TRANSLATED]
    for n in range(200):
        await desk.lake.commit(
            ONE,
            segments=[a_segment(segment_id=n % 40, status=states[n // 80])],
            calls=[a_call(call=n)],
            errors=[an_error(message=str(n))],
        )
    await desk.lake.settle()

    record = reads.record(ONE)
    assert record is not None
    assert record.job == replace(a_job(), usage=record.job.usage, cost_eur=a_call().cost_eur * 200)
    assert [a_segment(segment_id=n, status=states[2]) for n in range(40)] == list(record.segments)
    assert [a_call(call=n) for n in range(200)] == list(record.calls)
    assert [str(n) for n in range(200)] == [error.message for error in record.errors]
    assert len(reads._layout.folders.paths([ONE])) < 70


async def test_folded_files_go_after_a_grace_period(desk: Desk) -> None:
    """Files that were folded stay for the readers that have them, and go a minute later."""
    desk.take(1)
    for n in range(64):
        await desk.lake.commit(ONE, calls=[a_call(call=n)])
    await desk.lake.settle()
    assert len(desk.live_files()) == 66

    desk.ticks.now = 61
    for n in range(64, 128):
        await desk.lake.commit(ONE, calls=[a_call(call=n)])
    await desk.lake.settle()

    assert len(desk.lake.load(ONE).calls) == 128
    assert len(desk.live_files()) == 67


async def test_some_jobs_at_once(desk: Desk) -> None:
    """Jobs that are loaded together are as each by itself, sealed or not; a missing one is said."""
    for number in (1, 2, 3):
        desk.take(number)
        await desk.lake.commit(
            job_id(number), job=a_finished_job(number), segments=[a_segment(number)]
        )
        await desk.lake.let_go(job_id(number))
    desk.lake.seal([job_id(2)])
    ids = [job_id(3), job_id(2), job_id(1)]
    assert desk.lake.load_all(ids) == [desk.lake.load(i) for i in ids]
    with pytest.raises(JobNotFound):
        desk.lake.load_all([job_id(1), job_id(9)])
