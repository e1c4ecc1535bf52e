"""The flow of a job: supervisor, source review, translator, QA, correction, finalizing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from domain.errors import JobNotFound
from domain.job import Job, JobStatus
from flows.desks import desk_of_own
from flows.grain import Grain
from flows.jobs import work_on
from flows.shown import ShownProgress
from tasks.delivery import deliver, report_markdown
from tasks.desk import Desk, present_desk

SEVERITY = (
    JobStatus.DEAD,
    JobStatus.FAILED,
    JobStatus.CORRECTING,
    JobStatus.PROCESSING,
    JobStatus.QUEUED,
    JobStatus.NEEDS_REVIEW,
    JobStatus.COMPLETED_WITH_BLOCKS,
    JobStatus.COMPLETED,
)


@flow(name="translate_job", flow_run_name="{label}", validate_parameters=False)
async def translate_job(job_id: str, label: str = "a job on demand") -> State[Any]:
    """Take one job through all stages; the run's state name is the job's status.

    Args:
        job_id: a job that was submitted.
        label: what the run is called.

    Raises:
        JobNotFound: no job bears this id.
    """
    async with _desk() as desk:
        jobs = await _work(desk, [job_id], Grain(1, 1, 1))
        if not jobs:
            raise JobNotFound(job_id)
        return _ended(jobs)


@flow(name="translate_jobs", flow_run_name="{label}", validate_parameters=False)
async def translate_jobs(job_ids: list[str], label: str, grain: dict[str, int]) -> State[Any]:
    """Take a shard of a large night's jobs through all stages.

    Args:
        job_ids: jobs that were submitted.
        label: what the run is called.
        grain: the fields of `flows.grain.Grain`.
    """
    async with _desk() as desk:
        return _ended(await _work(desk, job_ids, Grain(**grain)))


@contextlib.asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    """The night's desk, or one of its own for a run on demand."""
    desk = present_desk()
    if desk is not None:
        yield desk
        return
    async with desk_of_own() as own:
        yield own


async def _work(desk: Desk, job_ids: Sequence[str], grain: Grain) -> list[Job]:
    groups = [
        job_ids[i : i + grain.jobs_per_group] for i in range(0, len(job_ids), grain.jobs_per_group)
    ]
    done: list[Job] = []

    async def one(group: Sequence[str]) -> None:
        async with desk.job_slots:
            done.extend(await work_on(desk, group, grain))

    async with ShownProgress(lambda: len(done) / len(job_ids)):
        await asyncio.gather(*(one(group) for group in groups))
    await asyncio.to_thread(deliver, desk.home, desk.outbox, done)
    await acreate_markdown_artifact(report_markdown(done), key="report")
    return done


def _ended(jobs: Sequence[Job]) -> State[Any]:
    """The flow run's last state, named by the jobs' gravest status."""
    status = min((job.status for job in jobs), key=SEVERITY.index, default=JobStatus.COMPLETED)
    message = f"{len(jobs)} job" + ("s" if len(jobs) != 1 else "")
    if status.has_result:
        return Completed(name=status, message=message)
    return Failed(name=status, message=message)
