"""Letting jobs go: how their attempt ended is written, and others may have them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from domain.errors import JobStopped, LeaseLost
from domain.job.job import Job, JobStatus, Step
from tasks.requests.grouping import cancel
from tasks.run.run_context import RunContext
from tasks.session.guard import guarded
from tasks.session.job_session import JobSession
from tasks.session.putting_down import put_down

TRIES = 2
"""At writing how an attempt ended: what went wrong may be said, though it could not at first."""

_log = logging.getLogger("nightdesk.jobs")


async def let_go(run: RunContext, session: JobSession, *, interrupted: bool) -> bool:
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


def free(run: RunContext, job_ids: Sequence[str]) -> None:
    """Give jobs back; one that was lost is another's already, and stays so.

    One that can't be given back is free when the night ends.
    """

    def give_back(job_id: str) -> None:
        # The end of the run frees it too.
        with guarded(partial(_stay_leased, job_id)):
            run.leases.release(job_id, run.run_id)

    with guarded(partial(_stay_leased, "some jobs")):
        run.lake.each(give_back, job_ids)


def _stay_leased(job_id: str, error: BaseException) -> None:
    _log.error("job %s: it stays leased until the night ends", job_id, exc_info=error)
