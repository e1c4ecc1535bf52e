"""The flow of a night: the inbox, then every job that waits, then the report."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from domain.errors import LakeDamaged
from domain.job.job import Job, JobStatus, Step, label_of
from flows.delivering import deliver_all
from flows.granularity import FLOWS_AT_ONCE, Granularity, granularity_of
from flows.observer import Watch, present_watch
from flows.prefect.calls import SERVER_FAULTS, if_it_can, wait_no_more, wait_while_busy
from flows.prefect.flow_runs import Run, make, name_this, start
from flows.prefect.links import link_to_page
from flows.prefect.progress_artifact import ProgressArtifact
from flows.prefect.reconciling import NIGHT, reconcile
from flows.preparing import run_and_work
from flows.sealing import seal_ended, telling
from flows.shutdown import ending
from flows.spread import shard_size, spread
from flows.translate_job import translate_job, translate_jobs
from tasks.delivery.outbox import clear_unfinished, write_report
from tasks.delivery.report import NightFacts, report_markdown
from tasks.maintenance import GRACE
from tasks.run.progress import waited
from tasks.run.run_context import RunContext
from tasks.session.guard import guarded, halt, is_of_all, together
from tasks.session.putting_down import put_all_down

_log = logging.getLogger("nightdesk.jobs")

SEAL_EVERY = 500
"""Jobs; what has ended is sealed in groups, so that a night leaves few files."""


@flow(name="nightly", validate_parameters=False)
async def nightly(options: dict[str, Any] | None = None) -> State[Any]:
    """Take up all that is new in the inbox, queued or failed, to the end.

    Args:
        options: settings that override `nightdesk.toml` and the environment, by name.
    """
    wait_while_busy()
    async with run_and_work(options or {}) as (run, found):
        rejected = found.rejected
        await name_this(f"{NIGHT}{run.run_id}", ["night"])
        await link_to_page(run.settings, f"/nights/{run.run_id}", "This night on the dashboard")
        # What Prefect shows of dead nights is set right if it can be; no night depends on it.
        with if_it_can():
            await reconcile(run.leases, run.clock.now(), only_killed=True)
        done = await _finish_for_dead_nights(run, found.ended)
        watch = present_watch() or Watch()
        async with (
            telling(run),
            ending(run),
            watch.on(run),
            ProgressArtifact(lambda: share_done(run), lambda: run.engine.waits),
        ):
            await put_all_down(run, found.faults, Step.SUPERVISOR, "counting its segments")
            await _seal(run, list(dict(found.faults)))
            done += await _all(run, found.waiting, found.segments, options or {})
            await _alone(run, found.alone, options or {}, done, rejected)
        await _report(run, done, rejected)
        facts = _facts(run, rejected)
        report = report_markdown(done, facts=facts, dashboard=run.settings.dashboard_url)
        with if_it_can():
            await acreate_markdown_artifact(report, key="report")
        watch.ended(run, done, rejected, len(found.intake.rejected))
        return _ended(run, done)


async def _report(
    run: RunContext, done: Sequence[Job], rejected: Sequence[str], *, is_last: bool = True
) -> None:
    """Write the night's report; of a job that can't be read for it, the error log says so too."""
    faults = await asyncio.to_thread(
        write_report,
        run.home,
        run.outbox,
        done,
        _facts(run, rejected),
        dict(run.reasons),
        is_last=is_last,
    )
    await put_all_down(run, list(faults.items()), Step.FINALIZING, "reporting")


def _facts(run: RunContext, rejected: Sequence[str]) -> NightFacts:
    return NightFacts(rejected, run.spent, waited(run.engine.waits))


async def _finish_for_dead_nights(run: RunContext, ended: list[Job]) -> list[Job]:
    """Jobs that ended in a run that was killed before it had delivered and sealed them all."""
    run.ended.update((job.job_id, job) for job in ended)
    await deliver_all(run, ended)
    await _seal(run, [job.job_id for job in ended])
    for tidy in (partial(run.lake.sweep, GRACE, run.clock.now()), partial(_clear_outbox, run)):
        with guarded(partial(_left_untidy, run)):
            await asyncio.to_thread(tidy)
    return [job for job in ended if job.simulated == run.rehearsal]


def _left_untidy(run: RunContext, error: BaseException) -> None:
    """Go on where something can't be tidied up: no job needs that it is.

    Nor does one need the file that is damaged and that others are to be kept for.
    """
    if is_of_all(error) and not isinstance(error, LakeDamaged):
        halt(run, error)
    else:
        _log.error("something is left untidy, and the night goes on: %s", error)


def _clear_outbox(run: RunContext) -> None:
    """Take away what dead nights had half written into the outbox."""
    outbox = run.outbox.parent
    nights = [folder.name for folder in outbox.iterdir()] if outbox.is_dir() else []
    clear_unfinished(outbox, run.leases.dead(nights, run.clock.now()))


async def _all(
    run: RunContext, waiting: list[Job], segments: int, options: Mapping[str, Any]
) -> list[Job]:
    """Every waiting job, and those that failed once more at the end.

    The list is emptied: of a hundred thousand jobs, each is kept once, as it waits or as it ended.

    Args:
        segments: in them, about.
    """
    job_ids = [job.job_id for job in waiting]
    waiting[:] = [job for job in waiting if job.job_id not in run.reasons]
    await _round(run, waiting, segments, options)
    failed = _failed(run, job_ids)
    if failed and _may_go_on(run):
        run.counters.jobs_done -= len(failed)
        await _round(run, failed, segments, options, name="again: ")
    return [run.ended[job_id] for job_id in job_ids if job_id in run.ended]


async def _alone(
    run: RunContext,
    jobs: Sequence[Job],
    options: Mapping[str, Any],
    done: list[Job],
    rejected: Sequence[str],
) -> None:
    """Each of some jobs by itself, when all before it are done, delivered and told of.

    Args:
        done: the jobs that have ended; these are added.
    """
    for job in jobs:
        if not run.is_told_to_end and run.halted is None:
            await _report(run, done, rejected, is_last=False)
            done += await _all(run, [job], 1, options)


def _failed(run: RunContext, job_ids: Sequence[str]) -> list[Job]:
    """Those of some jobs whose attempt failed in this night and that have another left."""
    ended = [run.ended[i] for i in job_ids if i in run.ended and i not in run.stopped]
    return [job for job in ended if job.status is JobStatus.FAILED and not job.attempt_open]


def _may_go_on(run: RunContext) -> bool:
    """Whether a second round may begin; of a budget, nobody knows what other workers spent."""
    is_spent = bool(run.settings.workers) and run.settings.budget_eur is not None
    return run.halted is None and not is_spent


async def _round(
    run: RunContext,
    waiting: list[Job],
    segments: int,
    options: Mapping[str, Any],
    *,
    name: str = "",
) -> None:
    """Some jobs, as far as they go; those that have ended are delivered and sealed on the way.

    Args:
        waiting: the jobs; emptied.
        segments: in them, about.
        name: what the names of its flow runs begin with.
    """
    settings = run.settings
    granularity = granularity_of(
        len(waiting),
        segments,
        segments_per_task=settings.segments_per_task,
        jobs_per_flow=settings.jobs_per_flow,
        max_jobs=settings.max_jobs,
    )
    if settings.workers:
        size = shard_size(len(waiting), settings.workers, granularity.jobs_per_group)
        parts = [waiting[i : i + size] for i in range(0, len(waiting), size)]
        await spread(run, parts, granularity, options)
        return
    run.share_out(granularity.segments_per_task, granularity.jobs_per_group)
    shards = {
        number: waiting[i : i + granularity.jobs_per_flow]
        for number, i in enumerate(range(0, len(waiting), granularity.jobs_per_flow), start=1)
    }
    waiting.clear()
    at_once = settings.max_jobs if granularity.jobs_per_flow == 1 else FLOWS_AT_ONCE
    if settings.transport == "batches":
        at_once = len(shards)
    slots = asyncio.Semaphore(max(1, at_once))
    making = asyncio.Lock()
    unsealed: list[str] = []

    async def one(number: int) -> None:
        async with slots:
            shard = shards.pop(number)
            if run.is_told_to_end or await asyncio.to_thread(_is_elsewhere, run, shard):
                return
            flow_run = _run_of(run, shard, granularity, name, number)
            try:
                # One at a time: on SQLite, Prefect's server refuses where two write at once.
                async with making:
                    made = await make(flow_run)
                await start(flow_run, made)
            except SERVER_FAULTS as error:
                _give_server_up(run, error)
            unsealed.extend(job.job_id for job in shard)
        if len(unsealed) >= SEAL_EVERY:
            await _seal(run, unsealed)

    await together(one(number) for number in list(shards))
    await _seal(run, unsealed)


def _give_server_up(run: RunContext, error: Exception) -> None:
    """End the night where Prefect's server is gone: what is in flight is kept, nothing is asked."""
    wait_no_more()
    said = " ".join(str(error).split()) or type(error).__name__
    run.halted = run.halted or f"Prefect's server does not answer any more: {said}"


def _is_elsewhere(run: RunContext, shard: Sequence[Job]) -> bool:
    """Whether nothing of some jobs is left to this night: another has them, or has ended them."""
    # Where that can't be told, the work on them tells what is wrong.
    with guarded(lambda _: None):
        held = run.leases.held([job.job_id for job in shard], run.clock.now())
        return all(
            job.job_id in held or run.lake.load(job.job_id).job.status.is_terminal for job in shard
        )
    return False


def _run_of(
    run: RunContext, shard: Sequence[Job], granularity: Granularity, name: str, number: int
) -> Run:
    """The flow run of a job, or of a shard of them; tagged by languages and night."""
    langs = {lang for job in shard for lang in (job.source_lang, job.target_lang)}
    tags = frozenset(langs | {run.run_id})
    if granularity.jobs_per_flow == 1:
        job = shard[0]
        return Run(translate_job, name + label_of(job), tags, {"job_id": job.job_id})
    label = f"{name}shard {number}: {len(shard)} jobs from {shard[0].source_path}"
    ids = [job.job_id for job in shard]
    return Run(translate_jobs, label, tags, {"job_ids": ids, "grain": asdict(granularity)})


async def _seal(run: RunContext, job_ids: list[str]) -> None:
    """Seal those of some jobs that have ended for good; the list is emptied."""
    group, job_ids[:] = list(job_ids), []
    await seal_ended(run, group)


def share_done(run: RunContext) -> float:
    """How much of the night's jobs has ended, 0 to 1."""
    return run.counters.jobs_done / max(1, run.counters.jobs_total)


def _ended(run: RunContext, jobs: Sequence[Job]) -> State[Any]:
    """The night's last state: a job that failed doesn't make it fail, a halt or a lost job does."""
    counts = Counter(str(job.status) for job in jobs)
    message = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    if run.is_told_to_end:
        return Cancelled(message=run.halted)
    if run.halted is not None:
        return Failed(name="halted", message=run.halted)
    if run.lost:
        taken = f"another run took {len(run.lost)} from this one while it was silent"
        return Failed(name="lost", message=", ".join(part for part in (message, taken) if part))
    return Completed(message=message or "nothing was waiting")
