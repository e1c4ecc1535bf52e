"""Working on a group of jobs: each is led through the stages, as far as it goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from domain.job.job import Job, Step
from flows.granularity import Granularity
from flows.job_group.letting_go import free, let_go
from flows.job_group.taking_up import begin, opened
from tasks.correction import CORRECTION, correction
from tasks.finalizing import finalizing
from tasks.qa import QA, qa
from tasks.requests.grouping import Stage
from tasks.requests.segment_range import SegmentRange, segment_ranges
from tasks.reuse.recall import prepare
from tasks.reuse.sharing import parts, settle
from tasks.run.run_context import RunContext
from tasks.session.guard import (
    each_alone,
    failures,
    guarded,
    halt,
    is_of_all,
    raise_first,
    together,
)
from tasks.session.job_session import JobSession
from tasks.source_review import SOURCE_REVIEW, source_review
from tasks.supervisor import supervisor
from tasks.translator import TRANSLATOR, translator

_log = logging.getLogger("nightdesk.jobs")

STAGES = (
    (source_review, SOURCE_REVIEW),
    (translator, TRANSLATOR),
    (qa, QA),
)


async def work_on(run: RunContext, job_ids: Sequence[str], granularity: Granularity) -> list[Job]:
    """Take some jobs through all stages, as far as they go.

    What the work on one of them raises is that job's own error. Where it can't be told whose it
    is, each of them goes on alone.

    Returns:
        The jobs as they stand now; those that another run holds or that need nothing are left out.
    """
    async with run.opening_slots:
        sessions, unopened = await opened(run, job_ids)
    if not sessions:
        return unopened
    for session, error in each_alone(partial(begin, run), sessions):
        session.met(error, Step.SUPERVISOR)
    interrupted = True
    again: list[str] = []
    kept: dict[str, Job] = {}

    async def end(session: JobSession) -> None:
        is_open = interrupted or session.job.job_id in again
        if await let_go(run, session, interrupted=is_open):
            kept[session.job.job_id] = session.job

    try:
        with guarded(partial(_unattributed, run, sessions, again)):
            await _through_the_stages(run, sessions, granularity)
        interrupted = False
    finally:
        interrupted = interrupted or run.halted is not None
        await together(map(end, sessions))
        await asyncio.to_thread(free, run, [session.job.job_id for session in sessions])
    done = list(kept.values())
    while again:
        job_id = again.pop()
        run.counters.jobs_done -= 1
        one = await work_on(run, [job_id], granularity)
        done = [job for job in done if job.job_id != job_id] + one
    return unopened + done


def _unattributed(
    run: RunContext, sessions: Sequence[JobSession], again: list[str], error: BaseException
) -> None:
    """Take what was raised and no job has taken: of all, of the only one, or of one of several."""
    if len(sessions) == 1:
        sessions[0].met(error, sessions[0].row().step or Step.FINALIZING)
    elif is_of_all(error):
        halt(run, error)
    else:
        _log.error("one of %s jobs met a fault; each goes on alone", len(sessions), exc_info=error)
        again += [
            session.job.job_id
            for session in sessions
            if not session.job.finalized and not session.attempt.given_up
        ]


def _met_too(sessions: Sequence[JobSession], error: BaseException) -> None:
    """Take what was raised beside what is raised: the only job's error log tells it too."""
    if len(sessions) == 1:
        sessions[0].met(error, sessions[0].row().step or Step.TRANSLATOR)
    else:
        _log.error("one of %s jobs met another fault", len(sessions), exc_info=error)


async def _through_the_stages(
    run: RunContext, sessions: Sequence[JobSession], granularity: Granularity
) -> None:
    label = (
        sessions[0].label
        if len(sessions) == 1
        else f"{sessions[0].label} and {len(sessions) - 1} more"
    )
    async with run.opening_slots:
        begun = [session for session in sessions if not session.attempt.given_up]
        if begun:
            await counted(run, supervisor(label, begun))
        await prepare(run.memory, [session for session in begun if not session.attempt.given_up])
    whole = [session for session in begun if not session.attempt.given_up]
    run.counters.segments_total += sum(
        not s.is_ready for session in whole for s in session.segments.values()
    )
    while whole:
        await _led(run, whole, granularity)
        ready = [
            session
            for session in whole
            if not session.attempt.given_up and all(s.is_ready for s in session.segments.values())
        ]
        if ready:
            await counted(run, finalizing(label, ready))
        # What another model is to assess goes through the stages once more.
        whole = [session for session in ready if not _has_ended(session)]


def _has_ended(session: JobSession) -> bool:
    return session.job.finalized or session.attempt.given_up


async def _led(run: RunContext, whole: Sequence[JobSession], granularity: Granularity) -> None:
    """Lead all that is open in some jobs through the stages."""
    items = [
        (session, segment.segment_id)
        for session in whole
        for segment in sorted(session.segments.values(), key=lambda s: s.segment_id)
        if not segment.is_ready
    ]
    raised: list[BaseException] = []
    async for part in parts(run.memory, items):
        raised += await failures(
            _stages(run, s) for s in segment_ranges(part, granularity.segments_per_task)
        )
    raise_first(raised, partial(_met_too, whole))


async def _stages(run: RunContext, segment_range: SegmentRange) -> None:
    try:
        async with run.task_slots:
            for task, stage in STAGES:
                await _through(run, task, stage, segment_range)
            while await _through(run, correction, CORRECTION, segment_range):
                pass
    finally:
        settle(run.memory, segment_range.items)


async def _through(
    run: RunContext,
    task: Callable[[str, SegmentRange], Awaitable[None]],
    stage: Stage,
    segment_range: SegmentRange,
) -> bool:
    """Take through a stage what it wants of a segment range; False where that is nothing.

    What one job's work raises there holds up no other, nor that job's other segments.
    """
    part = segment_range.some(stage)
    if part is None:
        return False
    try:
        await counted(run, task(part.label, part))
    except Exception:
        if run.halted is not None or not part.has_failed:
            raise
    return True


async def counted(run: RunContext, work: Awaitable[None]) -> None:
    """Await a task run and count it, so that a night's end can be compared with Prefect's."""
    run.counters.task_runs += 1
    await work
