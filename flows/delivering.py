"""Delivering what has ended to the night's folder in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from domain.job.job import Job, Step
from tasks.delivery.outbox import deliver
from tasks.run.run_context import RunContext
from tasks.session.guard import by_halves, guarded, halt
from tasks.session.putting_down import put_all_down


async def deliver_all(run: RunContext, jobs: Sequence[Job]) -> None:
    """Write the outputs of those jobs that have one.

    One that can't be delivered is left to the next night, with the reason in its error log.
    """
    with guarded(partial(halt, run)):
        faults = await asyncio.to_thread(_faults, run, list(jobs))
        await put_all_down(run, faults, Step.FINALIZING, "delivering")


def _faults(run: RunContext, jobs: Sequence[Job]) -> list[tuple[str, BaseException]]:
    def work(some: Sequence[Job]) -> None:
        for place in {_place(run, job) for job in some}:
            deliver(run.home, place, [job for job in some if _place(run, job) == place])

    return [(job.job_id, error) for job, error in by_halves(work, jobs)]


def _place(run: RunContext, job: Job) -> Path:
    """The night's folder; a rehearsal's outputs never lie among a night's, nor the other way."""
    is_of_its_kind = job.simulated == run.rehearsal or job.batch_id is None
    return run.outbox if is_of_its_kind else run.outbox.parent / str(job.batch_id)
