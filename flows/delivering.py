"""Delivering what has ended to the night's folder in the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from domain.job.job import Job, Step
from tasks.delivery.outbox import deliver
from tasks.run.run_context import Desk
from tasks.session.guard import by_halves, guarded, halt
from tasks.session.putting_down import put_all_down


async def deliver_all(desk: Desk, jobs: Sequence[Job]) -> None:
    """Write the outputs of those jobs that have one.

    One that can't be delivered is left to the next night, with the reason in its error log.
    """
    with guarded(partial(halt, desk)):
        faults = await asyncio.to_thread(_faults, desk, list(jobs))
        await put_all_down(desk, faults, Step.FINALIZING, "delivering")


def _faults(desk: Desk, jobs: Sequence[Job]) -> list[tuple[str, BaseException]]:
    def work(some: Sequence[Job]) -> None:
        for place in {_place(desk, job) for job in some}:
            deliver(desk.home, place, [job for job in some if _place(desk, job) == place])

    return [(job.job_id, error) for job, error in by_halves(work, jobs)]


def _place(desk: Desk, job: Job) -> Path:
    """The night's folder; a rehearsal's outputs never lie among a night's, nor the other way."""
    is_of_its_kind = job.simulated == desk.rehearsal or job.batch_id is None
    return desk.outbox if is_of_its_kind else desk.outbox.parent / str(job.batch_id)
