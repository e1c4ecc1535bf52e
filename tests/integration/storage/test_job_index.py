"""The index of all jobs: lists, sums of nights, and how they follow what is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from conftest import Desk, Ticks
from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from domain.job.job import JobStatus, Step
from domain.job.night import Night, NightEnd
from domain.job.segment import SegmentStatus
from domain.usage import TokenUsage
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.layout.nights import Nights
from storage.readmodel.job_index import FRESH_S, JobIndex, Share, Wanted

S = SegmentStatus
ALL = Wanted()


class Listed:
    """An index that looks again each time it is asked."""

    def __init__(self, home: Any) -> None:
        self.ticks = Ticks()
        self.index = JobIndex(home, clock=lambda: NOON, timer=self.ticks)

    def ids(self, wanted: Wanted = ALL, count: int = 100, before: str | None = None) -> list[int]:
        self.ticks.now += FRESH_S
        return [int(job.job_id[-12:]) for job in self.index.page(wanted, count, before)]

    def statuses(self) -> dict[int, tuple[str, str | None]]:
        self.ticks.now += FRESH_S
        found = self.index.page(ALL, 100)
        return {int(job.job_id[-12:]): (job.status, job.current_step) for job in found}


@pytest.fixture
def listed(desk: Desk) -> Iterator[Listed]:
    listed = Listed(desk.home)
    yield listed
    listed.index.close()


async def end(desk: Desk, *numbers: int, **changes: Any) -> None:
    """Bring jobs that are held to their end."""
    for number in numbers:
        job = a_finished_job(number, batch_id="2026-03-06-a", **changes)
        segments = [a_segment(number, status=S.DONE, translation="Quality.")]
        await desk.lake.commit(job_id(number), job=job, segments=segments, calls=[a_call(number)])
        await desk.lake.let_go(job_id(number))
        desk.leases.release(job_id(number), "night")


async def test_jobs_are_listed_wherever_they_lie(desk: Desk, listed: Listed) -> None:
    """Live, sealed and compacted jobs are each listed once, the latest submitted first."""
    assert listed.ids() == []
    desk.take(1, 2, 3, 4)
    assert listed.ids() == [4, 3, 2, 1]
    await end(desk, 1, 2, 3)
    desk.lake.seal([job_id(1), job_id(2)])
    assert listed.ids() == [4, 3, 2, 1]
    desk.lake.compact(NOON + timedelta(days=1))
    desk.lake.seal([job_id(3)])
    assert listed.ids() == [4, 3, 2, 1]
    assert Listed(desk.home).ids() == [4, 3, 2, 1]


async def test_pages_follow_each_other(desk: Desk, listed: Listed) -> None:
    """A page begins after the job that the one before ended with."""
    desk.take(1, 2, 3, 4, 5)

    assert listed.ids(count=2) == [5, 4]
    assert listed.ids(count=2, before=job_id(4)) == [3, 2]
    assert listed.ids(count=2, before=job_id(2)) == [1]


async def test_what_lets_jobs_through(desk: Desk, listed: Listed) -> None:
    """Owner, status, languages, day and night each let only theirs through."""
    later = {"created_at": NOON + timedelta(days=1)}
    jobs = [a_job(1), a_job(2, owner="bert"), a_job(3, target_lang="fr"), a_job(4, **later)]
    desk.lake.submit([*jobs, a_job(5, source_lang="it")])
    desk.take(6)
    await end(desk, 6)

    assert listed.ids(Wanted(owner="bert")) == [2]
    assert listed.ids(Wanted(status=JobStatus.COMPLETED)) == [6]
    assert listed.ids(Wanted(target_lang="fr")) == [3]
    assert listed.ids(Wanted(source_lang="it")) == [5]
    assert listed.ids(Wanted(day=date(2026, 3, 7))) == [4]
    assert listed.ids(Wanted(batch_id="2026-03-06-a")) == [6]
    assert listed.ids(Wanted(owner="anna", status=JobStatus.QUEUED)) == [5, 4, 3, 1]
    assert listed.ids(Wanted(owner="' OR 1=1 --")) == []


async def test_a_status_follows_the_run(desk: Desk, listed: Listed) -> None:
    """A job that a run takes up or leaves is told so before anything is committed."""
    desk.lake.submit([a_job(1)])
    assert listed.statuses() == {1: ("queued", None)}
    fence = desk.leases.take(job_id(1), "night", NOON)
    assert fence is not None
    assert listed.statuses() == {1: ("processing", None)}
    desk.lake.hold(job_id(1), fence)
    at_work = a_job(1, status=JobStatus.PROCESSING, step=Step.QA, attempt=1, attempt_open=True)
    await desk.lake.commit(job_id(1), job=at_work)
    assert listed.statuses() == {1: ("processing", "qa")}
    desk.leases.release(job_id(1), "night")
    assert listed.statuses() == {1: ("failed", None)}


async def test_what_was_read_serves_for_a_while(desk: Desk, listed: Listed) -> None:
    """A question soon after another is answered from what was read for that."""
    desk.take(1)
    assert listed.ids() == [1]
    desk.take(2)
    listed.ticks.now += FRESH_S / 2
    assert [job_id(1)] == [job.job_id for job in listed.index.page(ALL, 9)]
    assert listed.ids() == [2, 1]


async def test_a_file_that_comes_unseen(desk: Desk, listed: Listed) -> None:
    """A folder that was read just when it changed is read once more, though it looks the same."""
    desk.take(1)
    assert listed.ids() == [1]
    known = listed.index._tables._live._known[job_id(1)]
    at_work = a_job(1, status=JobStatus.CORRECTING, step=Step.QA, attempt=1)
    await desk.lake.commit(job_id(1), job=at_work)
    known.version = desk.live_folder(1).stat().st_mtime_ns
    assert listed.statuses() == {1: ("correcting", "qa")}


async def test_a_night_in_sums(desk: Desk, listed: Listed) -> None:
    """A night is told by its jobs, sealed and live: statuses, words, tokens, cost, score."""
    desk.take(1, 2, 3)
    await end(desk, 1)
    await end(desk, 2, status=JobStatus.NEEDS_REVIEW, qa_score=70.0, source_words=24)
    desk.lake.seal([job_id(1)])
    open_job = a_job(3, batch_id="2026-03-06-a", status=JobStatus.PROCESSING, attempt=1)
    await desk.lake.commit(job_id(3), job=open_job)

    found = listed.index.batch("anna", "2026-03-06-a")

    assert found is not None
    told = found.model_dump()
    counts = {status: count for status, count in told.pop("statuses").items() if count}
    assert counts == {"completed": 1, "needs_review": 1, "processing": 1}
    assert told == {
        "batch_id": "2026-03-06-a",
        "jobs": 3,
        "segment_count": 2,
        "word_count": {"source": 32, "target": 18},
        "qa_score": 76.6,  # (96.5 × 8 + 70 × 24) / 32
        "token_usage": {
            "input": 2400,
            "output": 1600,
            "cache_read": 800,
            "cache_write": 0,
            "total": 4000,
        },
        "cost_eur": "0.0028",
        "started_at": "2026-03-06T12:00:05+00:00",
        "finished_at": None,
        "ended_as": None,
        "simulated": False,
    }
    assert listed.index.batch("bert", "2026-03-06-a") is None
    await end(desk, 3)
    listed.ticks.now += FRESH_S
    assert [NOON + timedelta(seconds=65)] == [
        night.finished_at for night in listed.index.batches(None, 9)
    ]


async def test_two_nights_that_worked_on_one_job(desk: Desk, listed: Listed) -> None:
    """Each has what it asked and how it left the job, sealed and live; the sum is the ledger's."""
    desk.take(1, 2)
    kept = Nights(desk.home)
    first = Night("night-1", NOON, "claude", "messages", simulated=False)
    kept.begin(first)
    cheap = {"cost_eur": Decimal("0.0001"), "usage": TokenUsage(10, 0, 0, 0, 5)}
    await desk.lake.commit(job_id(1), calls=[a_call(1, 0, batch_id="night-1")])
    for sealed in (False, True):
        await desk.lake.commit(
            job_id(1 + sealed), calls=[a_call(1 + sealed, 1, batch_id="night-2", **cheap)]
        )
        job = a_finished_job(1 + sealed, batch_id="night-2")
        await desk.lake.commit(job_id(1 + sealed), job=job)
        if sealed:
            desk.lake.seal([job_id(1)])
        listed.ticks.now += FRESH_S
        later, earlier = listed.index.batches(None, 9)
        assert ("night-2", Decimal("0.0001") * (1 + sealed)) == (later.batch_id, later.cost_eur)
        assert ("night-1", 1, 1) == (earlier.batch_id, earlier.jobs, earlier.statuses.failed)
        assert (Decimal("0.0014"), 1200) == (earlier.cost_eur, earlier.token_usage.input)
    share = Share(JobStatus.FAILED, Decimal("0.0014"))
    assert {job_id(1): share} == listed.index.shares("night-1", [job_id(1), job_id(2)])
    assert [1] == listed.ids(Wanted(batch_id="night-1"))


async def test_how_a_night_stands(desk: Desk, listed: Listed) -> None:
    """One whose run lives is under way; one whose run is gone was interrupted; one ended so."""
    kept = Nights(desk.home)
    for name in ("night", "night-dead", "night-done"):
        kept.begin(Night(name, NOON, "claude", "messages", simulated=name == "night"))
    done = Night("night-done", NOON, "claude", "messages", simulated=False)
    kept.end(replace(done, ended_at=NOON + timedelta(hours=1), ended_as=NightEnd.OVER_BUDGET))
    listed.ticks.now += FRESH_S

    assert [
        ("night-done", NOON + timedelta(hours=1), NightEnd.OVER_BUDGET, False),
        ("night-dead", None, NightEnd.INTERRUPTED, False),
        ("night", None, None, True),
    ] == [
        (night.batch_id, night.finished_at, night.ended_as, night.simulated)
        for night in listed.index.batches(None, 9)
    ]
    assert ["night"] == [n.batch_id for n in listed.index.batches(None, 9, simulated=True)]
    assert [] == listed.index.batches("anna", 9)


async def test_jobs_in_a_bucket(bucket: RemoteHome) -> None:
    """The jobs of a home in an object store are listed as they change."""
    desk, listed = Desk(bucket), Listed(bucket)
    desk.take(1, 2)
    assert listed.ids() == [2, 1]
    await end(desk, 1)
    assert listed.statuses() == {1: ("completed", None), 2: ("processing", None)}
    desk.lake.seal([job_id(1)])
    assert listed.ids() == [2, 1]
    await desk.lake.settle()
    desk.lake.close()
    listed.index.close()


def test_a_home_that_is_not_there(tmp_path: Any) -> None:
    """A home that nobody has made yet has no jobs, and its first are seen."""
    listed = Listed(tmp_path / "home")
    assert listed.ids() == []
    lake = Lake.create(tmp_path / "home")
    lake.submit([a_job(1)])
    lake.close()
    assert listed.ids() == [1]
