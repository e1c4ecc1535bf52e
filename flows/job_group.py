"""Working on a group of jobs: taking them up, leading them through the stages, letting go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from domain.errors import JobStopped, LeaseLost
from domain.job.job import Job, JobStatus, Step, suits
from flows.granularity import Grain
from storage.tables.records import JobRecord
from tasks.correction import CORRECTION, correction
from tasks.finalizing import finalizing
from tasks.qa import QA, qa
from tasks.requests.grouping import Stage
from tasks.requests.segment_range import Stretch, stretches
from tasks.reuse.recall import prepare
from tasks.reuse.sharing import parts, settle
from tasks.run.run_context import Desk
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
from tasks.session.job_session import JobInHand
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


async def work_on(desk: Desk, job_ids: Sequence[str], grain: Grain) -> list[Job]:
    """Take some jobs through all stages, as far as they go.

    What the work on one of them raises is that job's own error. Where it can't be told whose it
    is, each of them goes on alone.

    Returns:
        The jobs as they stand now; those that another run holds or that need nothing are left out.
    """
    async with desk.opening_slots:
        hands, unopened = await _opened(desk, job_ids)
    if not hands:
        return unopened
    for hand, error in each_alone(partial(_begin, desk), hands):
        hand.met(error, Step.SUPERVISOR)
    interrupted = True
    again: list[str] = []
    kept: dict[str, Job] = {}

    async def end(hand: JobInHand) -> None:
        is_open = interrupted or hand.job.job_id in again
        if await _let_go(desk, hand, interrupted=is_open):
            kept[hand.job.job_id] = hand.job

    try:
        with guarded(partial(_unattributed, desk, hands, again)):
            await _through_the_stages(desk, hands, grain)
        interrupted = False
    finally:
        interrupted = interrupted or desk.halted is not None
        await together(map(end, hands))
        await asyncio.to_thread(_free, desk, [hand.job.job_id for hand in hands])
    done = list(kept.values())
    while again:
        job_id = again.pop()
        desk.counters.jobs_done -= 1
        one = await work_on(desk, [job_id], grain)
        done = [job for job in done if job.job_id != job_id] + one
    return unopened + done


def _unattributed(
    desk: Desk, hands: Sequence[JobInHand], again: list[str], error: BaseException
) -> None:
    """Take what was raised and no job has taken: of all, of the only one, or of one of several."""
    if len(hands) == 1:
        hands[0].met(error, hands[0].row().step or Step.FINALIZING)
    elif is_of_all(error):
        halt(desk, error)
    else:
        _log.error("one of %s jobs met a fault; each goes on alone", len(hands), exc_info=error)
        again += [hand.job.job_id for hand in hands if not hand.job.finalized and not hand.given_up]


def _met_too(hands: Sequence[JobInHand], error: BaseException) -> None:
    """Take what was raised beside what is raised: the only job's error log tells it too."""
    if len(hands) == 1:
        hands[0].met(error, hands[0].row().step or Step.TRANSLATOR)
    else:
        _log.error("one of %s jobs met another fault", len(hands), exc_info=error)


async def _through_the_stages(desk: Desk, hands: Sequence[JobInHand], grain: Grain) -> None:
    label = hands[0].label if len(hands) == 1 else f"{hands[0].label} and {len(hands) - 1} more"
    async with desk.opening_slots:
        begun = [hand for hand in hands if not hand.given_up]
        if begun:
            await counted(desk, supervisor(label, begun))
        await prepare(desk.memory, [hand for hand in begun if not hand.given_up])
    whole = [hand for hand in begun if not hand.given_up]
    desk.counters.segments_total += sum(
        not s.is_ready for hand in whole for s in hand.segments.values()
    )
    items = [
        (hand, segment.segment_id)
        for hand in whole
        for segment in sorted(hand.segments.values(), key=lambda s: s.segment_id)
        if not segment.is_ready
    ]
    raised: list[BaseException] = []
    async for part in parts(desk.memory, items):
        raised += await failures(_stages(desk, s) for s in stretches(part, grain.segments_per_task))
    raise_first(raised, partial(_met_too, hands))
    ready = [
        hand
        for hand in whole
        if not hand.given_up and all(s.is_ready for s in hand.segments.values())
    ]
    if ready:
        await counted(desk, finalizing(label, ready))


async def _stages(desk: Desk, stretch: Stretch) -> None:
    try:
        async with desk.task_slots:
            for task, stage in STAGES:
                await _through(desk, task, stage, stretch)
            while await _through(desk, correction, CORRECTION, stretch):
                pass
    finally:
        settle(desk.memory, stretch.items)


async def _through(
    desk: Desk,
    task: Callable[[str, Stretch], Awaitable[None]],
    stage: Stage,
    stretch: Stretch,
) -> bool:
    """Take through a stage what it wants of a stretch; False where that is nothing.

    What one job's work raises there holds up no other, nor that job's other segments.
    """
    part = stretch.some(stage)
    if part is None:
        return False
    try:
        await counted(desk, task(part.label, part))
    except Exception:
        if desk.halted is not None or not part.has_failed:
            raise
    return True


async def counted(desk: Desk, run: Awaitable[None]) -> None:
    """Await a task run and count it, so that a night's end can be compared with Prefect's."""
    desk.counters.task_runs += 1
    await run


async def _opened(desk: Desk, job_ids: Sequence[str]) -> tuple[list[JobInHand], list[Job]]:
    """Some jobs in hand, and those that were put down since they can't be taken in hand."""
    taken: list[JobInHand] = []
    faults: list[tuple[str, BaseException]] = []

    def take(some: Sequence[str]) -> None:
        mine: list[JobInHand] = []
        try:
            faults.extend(_taken(desk, some, mine))
        except BaseException:
            # It may be asked for again, and nobody has it meanwhile.
            _free(desk, some)
            raise
        taken.extend(mine)

    def take_all() -> None:
        faults.extend(by_halves(take, job_ids))

    with guarded(partial(halt, desk)):
        await asyncio.to_thread(take_all)
    return taken, await put_all_down(desk, faults, Step.SUPERVISOR)


def _taken(
    desk: Desk, job_ids: Sequence[str], taken: list[JobInHand]
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
        records.update((record.job.job_id, record) for record in desk.lake.load_all(some))

    def open_one(job_id: str) -> None:
        job = records[job_id].job
        spent = job.attempt >= desk.settings.max_attempts and not job.attempt_open
        if job.finalized or spent or not suits(job, rehearsal=desk.rehearsal):
            desk.lake.leave(job_id)
            done.append(job_id)
        else:
            hand = JobInHand(desk, records[job_id])
            hand.kills = kills.get(job_id, 0)
            taken.append(hand)

    faults = [fault for fault in desk.lake.each(partial(_held, desk, held), job_ids) if fault]
    held = [job_id for job_id in job_ids if job_id in set(held)]
    kills = desk.leases.kills(held, desk.clock.now())
    faults += by_halves(load, held)
    faults += each_alone(open_one, [job_id for job_id in held if job_id in records])
    _free(desk, done)
    return faults


def _held(desk: Desk, held: list[str], job_id: str) -> tuple[str, BaseException] | None:
    """Add a job to those that are held, where it can be; else what was raised, if anything was."""

    def hold(job_id: str) -> None:
        if _is_held(desk, job_id):
            held.append(job_id)

    return next(each_alone(hold, [job_id]), None)


def _is_held(desk: Desk, job_id: str) -> bool:
    """Lease a job and hold it; from then on, nobody before adds anything to it."""
    if desk.halted is not None or job_id in desk.stopped:
        return False
    fence = desk.leases.take(job_id, desk.run_id, desk.clock.now())
    if fence is None:
        return False
    try:
        desk.lake.hold(job_id, fence)
    except LeaseLost:
        # Another night has ended and sealed it.
        desk.leases.release(job_id, desk.run_id)
        return False
    return True


def _begin(desk: Desk, hand: JobInHand) -> None:
    """Begin an attempt of a job in hand."""
    job = hand.before = hand.job
    desk.reasons.pop(job.job_id, None)
    hand.job = begun = replace(
        job,
        batch_id=desk.night,
        attempt=job.attempt if job.attempt_open else job.attempt + 1,
        attempt_open=True,
        started_at=job.started_at or desk.clock.now(),
    )
    with guarded(partial(hand.met, step=Step.SUPERVISOR)):
        hand.jot(*hand.take_up(), job=begun)
    hand.has_gained = False


def _free(desk: Desk, job_ids: Sequence[str]) -> None:
    """Give jobs back; one that was lost is another's already, and stays so.

    One that can't be given back is free when the night ends.
    """

    def free(job_id: str) -> None:
        # The end of the run frees it too.
        with guarded(partial(_stay_leased, job_id)):
            desk.leases.release(job_id, desk.run_id)

    with guarded(partial(_stay_leased, "some jobs")):
        desk.lake.each(free, job_ids)


def _stay_leased(job_id: str, error: BaseException) -> None:
    _log.error("job %s: it stays leased until the night ends", job_id, exc_info=error)


async def _let_go(desk: Desk, hand: JobInHand, *, interrupted: bool) -> bool:
    """End the attempt, unless it was interrupted, and free the job; False where it was lost."""
    job_id = hand.job.job_id
    is_stopped = job_id in desk.stopped
    hand.held = False
    with guarded(partial(hand.met, step=Step.FINALIZING)):
        hand.packs.cancel()
        desk.memory.let_go(job_id)
    is_open = (interrupted or is_stopped) and not hand.has_failed
    try:
        for _ in range(TRIES):
            if hand.job.finalized:
                break
            try:
                await _put_away(desk, hand, is_open=is_open, is_stopped=is_stopped)
                break
            except LeaseLost:
                raise
            except BaseException as error:
                hand.met(error, Step.FINALIZING)
        await desk.lake.let_go(job_id)
    except LeaseLost:
        desk.lost.add(job_id)
        return False
    except BaseException as error:
        # However far it came here: what is not durable is left to its next attempt.
        hand.job = replace(hand.row(), status=JobStatus.FAILED, step=None, finished_at=None)
        known = await put_down(
            desk, job_id, error, Step.FINALIZING, attempt=hand.job.attempt, is_counted=False
        )
        hand.job = known or hand.job
    desk.counters.jobs_done += 1
    desk.ended[job_id] = hand.job
    if not hand.job.status.has_result and not is_open:
        desk.reasons.setdefault(job_id, hand.reason or str(hand.job.status))
    return True


async def _put_away(desk: Desk, hand: JobInHand, *, is_open: bool, is_stopped: bool) -> None:
    """Write how an attempt ended that did not end the job."""
    errors = list(hand.unsaid)
    if desk.halted is not None:
        errors.append(hand.error(None, "halted", desk.halted, hand.job.step or Step.TRANSLATOR))
    elif is_stopped:
        why = str(JobStopped(hand.job.job_id))
        errors.append(hand.error(None, "cancelled", why, hand.job.step or Step.TRANSLATOR))
    hand.job = _ended(hand, is_open=is_open, is_stopped=is_stopped)
    if hand.row().status is JobStatus.DEAD:
        hand.job = replace(hand.job, finished_at=desk.clock.now())
    await hand.commit(job=hand.job, errors=errors)
    hand.unsaid.clear()


def _ended(hand: JobInHand, *, is_open: bool, is_stopped: bool) -> Job:
    """The job as its attempt ended; one in which nothing was worked on is given back.

    One that was stopped by hand shows that it was: its attempt stays open, and is not lost either.
    """
    if hand.has_failed or hand.has_gained or is_stopped:
        return replace(hand.job, attempt_open=is_open)
    before = hand.before
    # What a rehearsal takes up is its own from then on; this it did not.
    hand.simulated = before.simulated
    return replace(
        hand.job,
        attempt=before.attempt,
        attempt_open=before.attempt_open,
        started_at=before.started_at,
    )
