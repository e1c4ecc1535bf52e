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
from flows.granularity import Granularity
from flows.job_group.working import work_on
from flows.prefect.calls import if_it_can, wait_while_busy
from flows.prefect.flow_runs import name_this
from flows.prefect.links import link_to_page
from flows.prefect.progress_artifact import ProgressArtifact
from flows.run_setup import run_of_own
from flows.sealing import seal_ended, telling
from flows.shutdown import ending
from tasks.delivery.report import NightFacts, report_markdown
from tasks.run.run_context import RunContext, present_run
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
    async with _run_context() as run:
        if run.run_id not in flow_run.tags:
            await _name(run, job_id)
        await link_to_page(run.settings, f"/jobs/{job_id}", "This job on the dashboard")
        return _ended(run, [job_id], await _work(run, [job_id], Granularity(1, 1, 1)))


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
        grain: the fields of `flows.granularity.Granularity`.
        options: settings that override this machine's, by name, where the night is elsewhere; it
            then delivers and seals the jobs itself.
        night: that night; what is asked counts as its own.
    """
    granularity = Granularity(**grain)
    if options is not None:
        wait_while_busy()
        async with run_of_own(options, night) as own, ending(own):
            own.share_out(granularity.segments_per_task, granularity.jobs_per_group)
            done = await _work(own, job_ids, granularity, is_delivered=False)
            return _ended(own, job_ids, done)
    async with _run_context() as run:
        return _ended(run, job_ids, await _work(run, job_ids, granularity))


async def _name(run: RunContext, job_id: str) -> None:
    """Name a run on demand as a night names its own."""
    job = (await asyncio.to_thread(run.lake.load, job_id)).job
    await name_this(label_of(job), [run.run_id, job.source_lang, job.target_lang])


@contextlib.asynccontextmanager
async def _run_context() -> AsyncIterator[RunContext]:
    """The night's run context, or one of its own for a run on demand."""
    run = present_run()
    if run is not None:
        yield run
        return
    wait_while_busy()
    async with run_of_own() as own, ending(own), telling(own):
        yield own
        await seal_ended(own, list(own.ended))


async def _work(
    run: RunContext, job_ids: Sequence[str], granularity: Granularity, *, is_delivered: bool = True
) -> list[Job]:
    groups = [
        job_ids[i : i + granularity.jobs_per_group]
        for i in range(0, len(job_ids), granularity.jobs_per_group)
    ]
    done: list[Job] = []

    async def one(group: Sequence[str]) -> None:
        async with run.job_slots:
            done.extend(await work_on(run, group, granularity))

    async with ProgressArtifact(lambda: len(done) / len(job_ids), lambda: run.engine.waits):
        raised = await failures(map(one, groups))
    if is_delivered:
        await deliver_all(run, done)
    facts = NightFacts(spent=run.spent)
    report = report_markdown(done, facts=facts, dashboard=run.settings.dashboard_url)
    with if_it_can():
        await acreate_markdown_artifact(report, key="report")
    raise_first(raised, _tell_too)
    return done


def _tell_too(error: BaseException) -> None:
    _log.error("another group of the flow run met a fault", exc_info=error)


def _ended(run: RunContext, job_ids: Sequence[str], jobs: Sequence[Job]) -> State[Any]:
    """The flow run's last state, named by the jobs' gravest status."""
    if run.stopped.intersection(job_ids):
        return Cancelled(message="cancelled; the next run takes up what is left")
    if not jobs:
        return Completed(name="skipped", message="another run has it, or nothing is left to do")
    status = min((job.status for job in jobs), key=SEVERITY.index)
    message = f"{len(jobs)} job" + ("s" if len(jobs) != 1 else "")
    if status.has_result:
        return Completed(name=status, message=message)
    return Failed(name=status, message=message)
