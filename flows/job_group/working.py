"""Working on a group of jobs: taking them up, leading them through the stages, letting go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from domain.errors import JobStopped, LeaseLost
from domain.job.job import Job, JobStatus, Step, suits
from flows.granularity import Granularity
from storage.tables.records import JobRecord
from tasks.correction import CORRECTION, correction
from tasks.finalizing import finalizing
from tasks.qa import QA, qa
from tasks.requests.grouping import Stage, cancel
from tasks.requests.segment_range import SegmentRange, segment_ranges
from tasks.reuse.recall import prepare
from tasks.reuse.sharing import parts, settle
from tasks.run.run_context import RunContext
from tasks.session.guard import (
    by_halves,
    each_alone,
    failures,
    guarded,
    halt,
    is_of_all,
    raise_first,
    together,
)
from tasks.session.job_session import JobSession
from tasks.session.putting_down import put_all_down, put_down
from tasks.source_review import SOURCE_REVIEW, source_review
from tasks.supervisor import supervisor
from tasks.translator import TRANSLATOR, translator

TRIES = 2
"""At writing how an attempt ended: what went wrong may be said, though it could not at first."""

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
        sessions, unopened = await _opened(run, job_ids)
    if not sessions:
        return unopened
    for session, error in each_alone(partial(_begin, run), sessions):
        session.met(error, Step.SUPERVISOR)
    interrupted = True
    again: list[str] = []
    kept: dict[str, Job] = {}

    async def end(session: JobSession) -> None:
        is_open = interrupted or session.job.job_id in again
        if await _let_go(run, session, interrupted=is_open):
            kept[session.job.job_id] = session.job

    try:
        with guarded(partial(_unattributed, run, sessions, again)):
            await _through_the_stages(run, sessions, granularity)
        interrupted = False
    finally:
        interrupted = interrupted or run.halted is not None
        await together(map(end, sessions))
        await asyncio.to_thread(_free, run, [session.job.job_id for session in sessions])
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
    raise_first(raised, partial(_met_too, sessions))
    ready = [
        session
        for session in whole
        if not session.attempt.given_up and all(s.is_ready for s in session.segments.values())
    ]
    if ready:
        await counted(run, finalizing(label, ready))


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


async def _opened(run: RunContext, job_ids: Sequence[str]) -> tuple[list[JobSession], list[Job]]:
    """Some jobs in hand, and those that were put down since they can't be taken in hand."""
    taken: list[JobSession] = []
    faults: list[tuple[str, BaseException]] = []

    def take(some: Sequence[str]) -> None:
        mine: list[JobSession] = []
        try:
            faults.extend(_lease_and_open(run, some, mine))
        except BaseException:
            # It may be asked for again, and nobody has it meanwhile.
            _free(run, some)
            raise
        taken.extend(mine)

    def take_all() -> None:
        faults.extend(by_halves(take, job_ids))

    with guarded(partial(halt, run)):
        await asyncio.to_thread(take_all)
    return taken, await put_all_down(run, faults, Step.SUPERVISOR)


def _lease_and_open(
    run: RunContext, job_ids: Sequence[str], taken: list[JobSession]
) -> list[tuple[str, BaseException]]:
    """Take some jobs in hand, leased and held, save those that a living run has or that are done.

    Nor is one taken up once nothing can be asked any more: it stays as it is.

    Args:
        taken: where they are put.

    Returns:
        The jobs that can't be taken up, each with what was raised.

    Raises:
        BaseException: what is of all, or means an end.
    """
    held: list[str] = []
    records: dict[str, JobRecord] = {}
    done: list[str] = []

    def load(some: Sequence[str]) -> None:
        records.update((record.job.job_id, record) for record in run.lake.load_all(some))

    def open_one(job_id: str) -> None:
        job = records[job_id].job
        spent = job.attempt >= run.settings.max_attempts and not job.attempt_open
        if job.finalized or spent or not suits(job, rehearsal=run.rehearsal):
            run.lake.leave(job_id)
            done.append(job_id)
        else:
            session = JobSession(run, records[job_id])
            session.attempt.kills = kills.get(job_id, 0)
            taken.append(session)

    faults = [fault for fault in run.lake.each(partial(_held, run, held), job_ids) if fault]
    held = [job_id for job_id in job_ids if job_id in set(held)]
    kills = run.leases.kills(held, run.clock.now())
    faults += by_halves(load, held)
    faults += each_alone(open_one, [job_id for job_id in held if job_id in records])
    _free(run, done)
    return faults


def _held(run: RunContext, held: list[str], job_id: str) -> tuple[str, BaseException] | None:
    """Add a job to those that are held, where it can be; else what was raised, if anything was."""

    def hold(job_id: str) -> None:
        if _is_held(run, job_id):
            held.append(job_id)

    return next(each_alone(hold, [job_id]), None)


def _is_held(run: RunContext, job_id: str) -> bool:
    """Lease a job and hold it; from then on, nobody before adds anything to it."""
    if run.halted is not None or job_id in run.stopped:
        return False
    fence = run.leases.take(job_id, run.run_id, run.clock.now())
    if fence is None:
        return False
    try:
        run.lake.hold(job_id, fence)
    except LeaseLost:
        # Another night has ended and sealed it.
        run.leases.release(job_id, run.run_id)
        return False
    return True


def _begin(run: RunContext, session: JobSession) -> None:
    """Begin an attempt of a job in hand."""
    job = session.before = session.job
    run.reasons.pop(job.job_id, None)
    session.job = begun = replace(
        job,
        batch_id=run.night,
        attempt=job.attempt if job.attempt_open else job.attempt + 1,
        attempt_open=True,
        started_at=job.started_at or run.clock.now(),
    )
    with guarded(partial(session.met, step=Step.SUPERVISOR)):
        session.jot(*session.take_up(), job=begun)
    session.attempt.has_gained = False


def _free(run: RunContext, job_ids: Sequence[str]) -> None:
    """Give jobs back; one that was lost is another's already, and stays so.

    One that can't be given back is free when the night ends.
    """

    def free(job_id: str) -> None:
        # The end of the run frees it too.
        with guarded(partial(_stay_leased, job_id)):
            run.leases.release(job_id, run.run_id)

    with guarded(partial(_stay_leased, "some jobs")):
        run.lake.each(free, job_ids)


def _stay_leased(job_id: str, error: BaseException) -> None:
    _log.error("job %s: it stays leased until the night ends", job_id, exc_info=error)


async def _let_go(run: RunContext, session: JobSession, *, interrupted: bool) -> bool:
    """End the attempt, unless it was interrupted, and free the job; False where it was lost."""
    job_id = session.job.job_id
    is_stopped = job_id in run.stopped
    session.held = False
    with guarded(partial(session.met, step=Step.FINALIZING)):
        cancel(session)
        run.memory.let_go(job_id)
    is_open = (interrupted or is_stopped) and not session.attempt.has_failed
    try:
        for _ in range(TRIES):
            if session.job.finalized:
                break
            try:
                await _put_away(run, session, is_open=is_open, is_stopped=is_stopped)
                break
            except LeaseLost:
                raise
            except BaseException as error:
                session.met(error, Step.FINALIZING)
        await run.lake.let_go(job_id)
    except LeaseLost:
        run.lost.add(job_id)
        return False
    except BaseException as error:
        # However far it came here: what is not durable is left to its next attempt.
        session.job = replace(session.row(), status=JobStatus.FAILED, step=None, finished_at=None)
        known = await put_down(
            run, job_id, error, Step.FINALIZING, attempt=session.job.attempt, is_counted=False
        )
        session.job = known or session.job
    run.counters.jobs_done += 1
    run.ended[job_id] = session.job
    if not session.job.status.has_result and not is_open:
        run.reasons.setdefault(job_id, session.attempt.reason or str(session.job.status))
    return True


async def _put_away(
    run: RunContext, session: JobSession, *, is_open: bool, is_stopped: bool
) -> None:
    """Write how an attempt ended that did not end the job."""
    errors = list(session.attempt.unsaid)
    if run.halted is not None:
        errors.append(
            session.error(None, "halted", run.halted, session.job.step or Step.TRANSLATOR)
        )
    elif is_stopped:
        why = str(JobStopped(session.job.job_id))
        errors.append(session.error(None, "cancelled", why, session.job.step or Step.TRANSLATOR))
    session.job = _ended(session, is_open=is_open, is_stopped=is_stopped)
    if session.row().status is JobStatus.DEAD:
        session.job = replace(session.job, finished_at=run.clock.now())
    await session.commit(job=session.job, errors=errors)
    session.attempt.unsaid.clear()


def _ended(session: JobSession, *, is_open: bool, is_stopped: bool) -> Job:
    """The job as its attempt ended; one in which nothing was worked on is given back.

    One that was stopped by hand shows that it was: its attempt stays open, and is not lost either.
    """
    if session.attempt.has_failed or session.attempt.has_gained or is_stopped:
        return replace(session.job, attempt_open=is_open)
    before = session.before
    # What a rehearsal takes up is its own from then on; this it did not.
    session.simulated = before.simulated
    return replace(
        session.job,
        attempt=before.attempt,
        attempt_open=before.attempt_open,
        started_at=before.started_at,
    )
