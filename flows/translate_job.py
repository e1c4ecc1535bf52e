"""The flow of a job: supervisor, source review, translator, QA, correction, finalizing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from domain.job.job import Job, JobStatus, label_of
from flows.delivering import deliver_all
from flows.granularity import Grain
from flows.job_group import work_on
from flows.prefect.calls import if_it_can, wait_while_busy
from flows.prefect.flow_runs import name_this
from flows.prefect.links import link_to_page
from flows.prefect.progress_artifact import ShownProgress
from flows.run_setup import desk_of_own
from flows.sealing import seal_ended, telling
from flows.shutdown import ending
from tasks.delivery.outbox import report_markdown
from tasks.run.run_context import Desk, present_desk
from tasks.session.guard import failures, raise_first

_log = logging.getLogger("nightdesk.jobs")

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


@flow(name="translate_job", validate_parameters=False)
async def translate_job(job_id: str) -> State[Any]:
    """Take one job through all stages; the run's state name is the job's status.

    Args:
        job_id: a job that was submitted.

    Raises:
        JobNotFound: no job bears this id.
    """
    async with _desk() as desk:
        if desk.run_id not in flow_run.tags:
            await _name(desk, job_id)
        await link_to_page(desk.settings, f"/jobs/{job_id}", "This job on the dashboard")
        return _ended(desk, [job_id], await _work(desk, [job_id], Grain(1, 1, 1)))


@flow(name="translate_jobs", validate_parameters=False)
async def translate_jobs(
    job_ids: list[str],
    grain: dict[str, int],
    options: dict[str, Any] | None = None,
    night: str | None = None,
) -> State[Any]:
    """Take a shard of a large night's jobs through all stages.

    Args:
        job_ids: jobs that were submitted.
        grain: the fields of `flows.granularity.Grain`.
        options: settings that override this machine's, by name, where the night is elsewhere; it
            then delivers and seals the jobs itself.
        night: that night; what is asked counts as its own.
    """
    if options is not None:
        wait_while_busy()
        async with desk_of_own(options, night) as own, ending(own):
            own.share_out(grain["segments_per_task"], grain["jobs_per_group"])
            done = await _work(own, job_ids, Grain(**grain), is_delivered=False)
            return _ended(own, job_ids, done)
    async with _desk() as desk:
        return _ended(desk, job_ids, await _work(desk, job_ids, Grain(**grain)))


async def _name(desk: Desk, job_id: str) -> None:
    """Name a run on demand as a night names its own."""
    job = (await asyncio.to_thread(desk.lake.load, job_id)).job
    await name_this(label_of(job), [desk.run_id, job.source_lang, job.target_lang])


@contextlib.asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    """The night's desk, or one of its own for a run on demand."""
    desk = present_desk()
    if desk is not None:
        yield desk
        return
    wait_while_busy()
    async with desk_of_own() as own, ending(own), telling(own):
        yield own
        await seal_ended(own, list(own.ended))


async def _work(
    desk: Desk, job_ids: Sequence[str], grain: Grain, *, is_delivered: bool = True
) -> list[Job]:
    groups = [
        job_ids[i : i + grain.jobs_per_group] for i in range(0, len(job_ids), grain.jobs_per_group)
    ]
    done: list[Job] = []

    async def one(group: Sequence[str]) -> None:
        async with desk.job_slots:
            done.extend(await work_on(desk, group, grain))

    async with ShownProgress(lambda: len(done) / len(job_ids), lambda: desk.engine.waits):
        raised = await failures(map(one, groups))
    if is_delivered:
        await deliver_all(desk, done)
    report = report_markdown(done, dashboard=desk.settings.dashboard_url, spent=desk.spent)
    with if_it_can():
        await acreate_markdown_artifact(report, key="report")
    raise_first(raised, _tell_too)
    return done


def _tell_too(error: BaseException) -> None:
    _log.error("another group of the flow run met a fault", exc_info=error)


def _ended(desk: Desk, job_ids: Sequence[str], jobs: Sequence[Job]) -> State[Any]:
    """The flow run's last state, named by the jobs' gravest status."""
    if desk.stopped.intersection(job_ids):
        return Cancelled(message="cancelled; the next run takes up what is left")
    if not jobs:
        return Completed(name="skipped", message="another run has it, or nothing is left to do")
    status = min((job.status for job in jobs), key=SEVERITY.index)
    message = f"{len(jobs)} job" + ("s" if len(jobs) != 1 else "")
    if status.has_result:
        return Completed(name=status, message=message)
    return Failed(name=status, message=message)
