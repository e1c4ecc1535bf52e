"""Working on a group of jobs: taking them up, leading them through the stages, letting go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace

from prefect import get_run_logger

from domain.errors import JobStopped, LakeError, LeaseLost
from domain.job import Job, JobStatus, Step
from flows.grain import Grain
from tasks.correction import CORRECTION, correction
from tasks.desk import Desk
from tasks.finalizing import finalizing
from tasks.hand import JobInHand
from tasks.qa import QA, qa
from tasks.recall import prepare
from tasks.sharing import parts, settle
from tasks.source_review import SOURCE_REVIEW, source_review
from tasks.stretch import Stretch, stretches
from tasks.supervisor import supervisor
from tasks.translator import TRANSLATOR, translator

STAGES = (
    (source_review, SOURCE_REVIEW),
    (translator, TRANSLATOR),
    (qa, QA),
)


async def work_on(desk: Desk, job_ids: Sequence[str], grain: Grain) -> list[Job]:
    """Take some jobs through all stages, as far as they go.

    Returns:
        The jobs as they stand now; those that another run holds or that need nothing are left out.
    """
    async with desk.opening_slots:
        hands = await asyncio.to_thread(_taken, desk, job_ids)
    if not hands:
        return []
    for hand in hands:
        _begin(desk, hand)
    interrupted = True
    try:
        await _through_the_stages(desk, hands, grain)
        interrupted = False
    finally:
        interrupted = interrupted or desk.halted is not None
        kept = await asyncio.gather(
            *(_let_go(desk, hand, interrupted=interrupted) for hand in hands)
        )
        await asyncio.to_thread(_free, desk, [hand.job.job_id for hand in hands])
    return [hand.job for hand, was_kept in zip(hands, kept, strict=True) if was_kept]


async def _through_the_stages(desk: Desk, hands: Sequence[JobInHand], grain: Grain) -> None:
    label = hands[0].label if len(hands) == 1 else f"{hands[0].label} and {len(hands) - 1} more"
    async with desk.opening_slots:
        await counted(desk, supervisor(label, hands))
        whole = [hand for hand in hands if not hand.given_up]
        await prepare(desk.memory, whole)
    desk.counters.segments_total += sum(
        not s.is_ready for hand in whole for s in hand.segments.values()
    )
    items = [
        (hand, segment.segment_id)
        for hand in whole
        for segment in sorted(hand.segments.values(), key=lambda s: s.segment_id)
        if not segment.is_ready
    ]
    failures: list[BaseException | None] = []
    async for part in parts(desk.memory, items):
        failures += await asyncio.gather(
            *(_stages(desk, s) for s in stretches(part, grain.segments_per_task)),
            return_exceptions=True,
        )
    for failure in failures:
        if failure is not None and not isinstance(failure, Exception):
            raise failure
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
                part = stretch.some(stage.wants)
                if part is not None:
                    await counted(desk, task(part.label, part))
            while (part := stretch.some(CORRECTION.wants)) is not None:
                await counted(desk, correction(part.label, part))
    finally:
        settle(desk.memory, stretch.items)


async def counted(desk: Desk, run: Awaitable[None]) -> None:
    """Await a task run and count it, so that a night's end can be compared with Prefect's."""
    desk.counters.task_runs += 1
    await run


def _taken(desk: Desk, job_ids: Sequence[str]) -> list[JobInHand]:
    """Some jobs in hand, leased and held, save those that a living run has or that are done.

    Nor is one taken up once nothing can be asked any more: it stays as it is.
    """
    is_held = desk.lake.each(lambda job_id: _is_held(desk, job_id), job_ids)
    held = [job_id for job_id, it_is in zip(job_ids, is_held, strict=True) if it_is]
    taken, done = [], []
    for record in desk.lake.load_all(held):
        job = record.job
        spent = job.attempt >= desk.settings.max_attempts and not job.attempt_open
        if job.finalized or spent:
            desk.lake.leave(job.job_id)
            done.append(job.job_id)
        else:
            taken.append(JobInHand(desk, record))
    _free(desk, done)
    return taken


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
    changed = hand.take_up()
    job = hand.job
    begun = replace(
        job,
        batch_id=desk.night,
        attempt=job.attempt if job.attempt_open else job.attempt + 1,
        attempt_open=True,
        started_at=job.started_at or desk.clock.now(),
    )
    hand.jot(*changed, job=begun)


def _free(desk: Desk, job_ids: Sequence[str]) -> None:
    """Give jobs back; one that was lost is another's already, and stays so."""
    desk.lake.each(lambda job_id: desk.leases.release(job_id, desk.run_id), job_ids)


async def _let_go(desk: Desk, hand: JobInHand, *, interrupted: bool) -> bool:
    """End the attempt, unless it was interrupted, and free the job; False where it was lost."""
    hand.held = False
    hand.packs.cancel()
    job_id = hand.job.job_id
    is_stopped = job_id in desk.stopped
    desk.memory.let_go(job_id)
    try:
        if not hand.job.finalized:
            errors = []
            if desk.halted is not None:
                errors = [hand.error(None, "halted", desk.halted, hand.job.step or Step.TRANSLATOR)]
            elif is_stopped:
                why = str(JobStopped(job_id))
                errors = [hand.error(None, "cancelled", why, hand.job.step or Step.TRANSLATOR)]
            hand.job = replace(hand.job, attempt_open=interrupted or is_stopped)
            if hand.row().status is JobStatus.DEAD:
                hand.job = replace(hand.job, finished_at=desk.clock.now())
            await hand.commit(job=hand.job, errors=errors)
        await desk.lake.let_go(job_id)
    except LeaseLost:
        desk.lost.add(job_id)
        return False
    except LakeError as error:
        get_run_logger().error("job %s could not be put down: %s", job_id, error)
        # However far it came here: what is not durable is left to its next attempt.
        hand.job = replace(hand.row(), status=JobStatus.FAILED, step=None, finished_at=None)
    desk.counters.jobs_done += 1
    desk.ended[job_id] = hand.job
    return True
