"""Taking jobs in hand: leased, held, loaded, and their attempt begun."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from domain.errors import LeaseLost
from domain.job.job import Job, Step, suits
from flows.job_group.letting_go import free
from storage.tables.records import JobRecord
from tasks.run.run_context import RunContext
from tasks.session.guard import by_halves, each_alone, guarded, halt
from tasks.session.job_session import JobSession
from tasks.session.putting_down import put_all_down


async def opened(run: RunContext, job_ids: Sequence[str]) -> tuple[list[JobSession], list[Job]]:
    """Some jobs in hand, and those that were put down since they can't be taken in hand."""
    taken: list[JobSession] = []
    faults: list[tuple[str, BaseException]] = []

    def take(some: Sequence[str]) -> None:
        mine: list[JobSession] = []
        try:
            faults.extend(_lease_and_open(run, some, mine))
        except BaseException:
            # It may be asked for again, and nobody has it meanwhile.
            free(run, some)
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
    free(run, done)
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


def begin(run: RunContext, session: JobSession) -> None:
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
