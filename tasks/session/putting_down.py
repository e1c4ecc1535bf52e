"""A job that met a fault while nobody had it in hand: what befell it is entered all the same."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from domain.errors import LeaseLost
from domain.job.job import Job, JobStatus, Step, job_status
from domain.job.notes import LoggedError
from storage.tables.records import JobRecord
from tasks.run.run_context import RunContext
from tasks.session.guard import guarded, halt, is_of_all, met

_log = logging.getLogger("nightdesk.jobs")


async def put_down(
    run: RunContext,
    job_id: str,
    error: BaseException,
    step: Step,
    doing: str = "",
    *,
    attempt: int | None = None,
    is_counted: bool = True,
) -> Job | None:
    """Enter what the work on a job raised that this run does not have in hand, or can't load.

    It ends an attempt, unless the job has ended already: then it is a line in its error log.

    Args:
        step: where in the work.
        doing: the same in words, where the step does not say it.
        attempt: the one it ends; one more, or the one that is open, by default.
        is_counted: whether it becomes one of the run's jobs that have ended.

    Returns:
        The job as it stands now; None where it could not be entered, or is not the job's own.

    Raises:
        BaseException: `error` itself where it means an end.
    """
    fault = met(run, job_id, error, step, doing)
    if fault is None:
        return None
    entered: list[Job] = []
    with guarded(lambda met_too: _unsaid(run, job_id, met_too)):
        entered.append(await _entered(run, job_id, fault, attempt))
    for job in entered if is_counted else ():
        run.counters.jobs_done += job_id not in run.ended
        run.ended[job_id] = job
    return entered[0] if entered else None


async def put_all_down(
    run: RunContext,
    faults: Sequence[tuple[str, BaseException]],
    step: Step,
    doing: str = "",
) -> list[Job]:
    """The same for some jobs, each with what was raised; those that could be entered."""
    put = [await put_down(run, job_id, error, step, doing) for job_id, error in faults]
    return [job for job in put if job is not None]


async def _entered(run: RunContext, job_id: str, fault: LoggedError, attempt: int | None) -> Job:
    # Whatever of a hold there is, it was not come by in good order.
    run.lake.leave(job_id)
    await asyncio.to_thread(run.leases.release, job_id, run.run_id)
    fence = await asyncio.to_thread(run.leases.take, job_id, run.run_id, run.clock.now())
    if fence is None:
        raise LeaseLost(job_id)
    try:
        await asyncio.to_thread(run.lake.hold, job_id, fence)
        record = await asyncio.to_thread(run.lake.load, job_id)
        ended = record.job if record.job.status.is_terminal else _failed(run, record, attempt)
        await run.lake.commit(job_id, job=None if ended is record.job else ended, errors=[fault])
        await run.lake.let_go(job_id)
    finally:
        await asyncio.to_thread(run.leases.release, job_id, run.run_id)
    return ended


def _failed(run: RunContext, record: JobRecord, attempt: int | None) -> Job:
    """The job with an attempt that ended."""
    job = record.job
    if attempt is None:
        attempt = job.attempt if job.attempt_open else job.attempt + 1
    status = job_status(
        record.segments,
        supervised=job.supervised,
        finalized=job.finalized,
        attempt=attempt,
        attempt_open=False,
        held=False,
        max_attempts=run.settings.max_attempts,
    )
    now = run.clock.now()
    return replace(
        job,
        batch_id=run.night,
        simulated=job.simulated if job.attempt else run.rehearsal,
        attempt=attempt,
        attempt_open=False,
        status=status,
        step=None,
        started_at=job.started_at or now,
        finished_at=now if status is JobStatus.DEAD else None,
    )


def _unsaid(run: RunContext, job_id: str, error: BaseException) -> None:
    if is_of_all(error):
        halt(run, error)
    else:
        _log.error("job %s: its fault could not be entered", job_id, exc_info=error)
