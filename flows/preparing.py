"""What a night does before Prefect is needed: its inbox, its jobs, their documents taken apart."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.errors import DocumentError
from domain.job.job import Job, Step, suits
from flows.granularity import SMALL_NIGHT
from flows.run_setup import run_of_own
from tasks.intake.queueing import Intake
from tasks.intake.submitter import not_taken, take_inbox
from tasks.run.run_context import RunContext, present_run
from tasks.session.guard import by_halves, each_alone, guarded, halt, met
from tasks.session.plans import briefing_of, planned
from tasks.session.rehearsed import taken_anew

BYTES_A_SEGMENT = 80
"""About, where documents are not taken apart."""

KILLS = 3
"""Kills without a commit between them, at each of which a job was under way, from which on it is
led last and alone."""

_log = logging.getLogger("nightdesk.jobs")


@dataclass
class Prepared:
    """What a night has to do.

    Attributes:
        intake: what became of the inbox.
        rejected: what was not taken in, with the reasons.
        waiting: the jobs to take up, but for those that are led alone.
        alone: jobs that may be what kills, those of the fewest kills first.
        ended: jobs that ended in nights that are dead, to be delivered and sealed.
        segments: in `waiting`, about.
        faults: jobs that could not be counted, each with what was raised.
    """

    intake: Intake
    rejected: tuple[str, ...]
    waiting: list[Job]
    alone: list[Job]
    ended: list[Job]
    segments: int
    faults: list[tuple[str, BaseException]]


_prepared: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


@contextlib.asynccontextmanager
async def ready(options: Mapping[str, Any]) -> AsyncIterator[Prepared]:
    """A night's run context and its work, before its flow begins, which finds both here."""
    async with run_of_own(options) as run:
        found = await prepare(run)
        token = _prepared.set(found)
        try:
            yield found
        finally:
            _prepared.reset(token)


@contextlib.asynccontextmanager
async def run_and_work(options: Mapping[str, Any]) -> AsyncIterator[tuple[RunContext, Prepared]]:
    """Those that are ready, or for a flow that was begun by itself its own."""
    run, found = present_run(), _prepared.get()
    if run is not None and found is not None:
        yield run, found
        return
    async with ready(options) as found:
        run = present_run()
        assert run is not None, "it is open"
        yield run, found


async def prepare(run: RunContext) -> Prepared:
    """Take the inbox in, find what waits, and take its documents apart."""
    intake = await asyncio.to_thread(
        partial(take_inbox, rehearsing=run.rehearsal),
        run.settings,
        run.home,
        run.run_id,
        run.clock.now(),
    )
    await asyncio.to_thread(taken_anew, run)
    left = await _left(run)
    waiting = [
        job for job in left if not job.status.is_terminal and suits(job, rehearsal=run.rehearsal)
    ]
    run.counters.jobs_total = len(waiting)
    ended = await asyncio.to_thread(_of_dead_nights, run, left)
    alone = await asyncio.to_thread(_fatal, run, waiting)
    waiting = [job for job in waiting if job not in alone]
    faults: list[tuple[str, BaseException]] = []
    segments = await asyncio.to_thread(counted_segments, run, waiting, faults)
    _log.info("%s jobs wait, with about %s segments", len(waiting) + len(alone), segments)
    return Prepared(intake, not_taken(intake), waiting, alone, ended, segments, faults)


async def _left(run: RunContext) -> list[Job]:
    """All jobs that are not sealed; one that can't be read is told of, and left as it is."""
    jobs: dict[str, Job] = {}

    def read(some: Sequence[str] | None) -> None:
        jobs.update((job.job_id, job) for job in run.lake.live_jobs(some))

    def read_all() -> list[tuple[str, BaseException]]:
        # At once without a list of names: each is a listing where the home is far away.
        if not list(each_alone(read, [None])):
            return []
        return list(by_halves(read, run.lake.live_ids()))

    for job_id, error in await asyncio.to_thread(read_all):
        met(run, job_id, error, Step.SUPERVISOR, "reading its row")
    return [jobs[job_id] for job_id in sorted(jobs)]


def _of_dead_nights(run: RunContext, jobs: Sequence[Job]) -> list[Job]:
    """Those of some jobs that have ended; a night at work delivers and seals its own."""
    living = run.leases.living({job.batch_id for job in jobs if job.batch_id}, run.clock.now())
    return [job for job in jobs if job.status.is_terminal and job.batch_id not in living]


def _fatal(run: RunContext, jobs: Sequence[Job]) -> list[Job]:
    """Those of some jobs that were under way at so many kills that they may be what kills.

    Those of the fewest kills come first: one that does kill has one more than those that were
    under way beside it, so that these get their turn before it in the next night.
    """
    kills: dict[str, int] = {}

    def look(some: Sequence[Job]) -> None:
        kills.update(run.leases.kills([job.job_id for job in some], run.clock.now()))

    # Where that can't be told, the work on them tells what is wrong.
    for job, error in by_halves(look, jobs):
        _log.error("job %s: its kills can't be told", job.job_id, exc_info=error)
    fatal = [job for job in jobs if kills.get(job.job_id, 0) >= KILLS]
    return sorted(fatal, key=lambda job: kills[job.job_id])


def counted_segments(
    run: RunContext, jobs: Sequence[Job], faults: list[tuple[str, BaseException]]
) -> int:
    """Segments in some jobs; counting ends above `SMALL_NIGHT`, more than that is just large.

    Args:
        faults: takes the jobs that could not be counted, each with what was raised; of a document
            that can't be taken apart its supervisor tells.
    """
    if len(jobs) > SMALL_NIGHT:
        return len(jobs)
    total = 0

    def count(job: Job) -> None:
        nonlocal total
        if total > SMALL_NIGHT:
            return
        if was_killed:
            # Perhaps by what is to be counted; and while it is, nobody holds it.
            total += run.documents.size(job.document) // BYTES_A_SEGMENT + 1
            return
        with contextlib.suppress(DocumentError):
            total += len(planned(run, job, briefing_of(run, job)).segments)

    with guarded(partial(halt, run)):
        was_killed = run.leases.was_killed(run.run_id, run.clock.now())
        faults += [(job.job_id, error) for job, error in each_alone(count, jobs)]
    return total
