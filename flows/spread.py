"""A night spread over workers: its shards are runs of a deployment, taken by whoever is free.

Workers lead the jobs through the stages and commit to the lake; the night shares the work and the
budget out, takes up again what a dead worker had, delivers and seals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Cancelling, Crashed, Scheduled

from domain.cost.spent import Spent
from domain.errors import EnvironmentProblem
from domain.job.job import Job, Step
from flows.delivering import deliver_all
from flows.granularity import Granularity
from flows.sealing import seal_ended
from tasks.run.run_context import RunContext
from tasks.session.guard import each_alone, together
from tasks.session.putting_down import put_all_down

DEPLOYMENT = "translate_jobs/translate_jobs"

SHARDS_A_WORKER = 2
"""So that who is done early takes more. A run takes seconds to start."""

MOST_JOBS = 1_000
"""In one shard; their ids are a parameter, which Prefect's server takes up to 512 KB of."""

ROUNDS = 3
"""Times a shard is given out at most, where its workers die."""

LOOK_S = 1.0
LOST_S = 20.0
"""Seconds for which a run that has held its jobs may hold none of them; then its worker is dead. A
heartbeat that ceased counts as a hold until it lapses. Wrongly taken for dead, it keeps its jobs:
whoever is sent after it finds them held."""

UNBORN_S = 300.0
"""The same for a run that a worker took and that has not held any yet: on a busy machine it takes
its time."""


def shard_size(jobs: int, workers: int, jobs_per_group: int) -> int:
    """Jobs in a shard of a night that is spread over so many workers, in whole groups."""
    even = -(-jobs // (workers * SHARDS_A_WORKER))
    size = max(1, min(MOST_JOBS, even))
    return min(MOST_JOBS, -(-size // jobs_per_group) * jobs_per_group)


async def spread(
    run: RunContext,
    shards: Sequence[Sequence[Job]],
    granularity: Granularity,
    options: Mapping[str, Any],
) -> None:
    """Have workers take some shards of a night to their end, and deliver and seal the jobs.

    Each worker has an equal share of the account's limits: of what others use, an answer's report
    tells too late. Each shard may spend an equal share of the budget. Where there is a budget, a
    shard whose worker died is left to the next night: nobody knows what the dead one still spent.

    Args:
        options: settings that override the workers' own, by name.

    Raises:
        EnvironmentProblem: the deployment isn't registered at Prefect's server.
    """
    at_once = max(1, min(run.settings.workers, len(shards)))
    given = {**options, "limits_share": run.settings.limits_share / at_once}
    if run.settings.budget_eur is not None:
        given["budget_eur"] = str(run.settings.budget_eur / len(shards))
    slots = asyncio.Semaphore(at_once)

    async with get_client() as client:
        try:
            deployment = (await client.read_deployment_by_name(DEPLOYMENT)).id
        except ObjectNotFound:
            raise EnvironmentProblem(
                f"Prefect's server has no deployment {DEPLOYMENT}, which `workers` needs; "
                "register it with `prefect --no-prompt deploy --all`"
            ) from None

        async def one(number: int, shard: Sequence[Job]) -> None:
            async with slots:
                if run.is_told_to_end:
                    return
                left = list(shard)
                for turn in range(ROUNDS if run.settings.budget_eur is None else 1):
                    name = f"shard {number}" + (f", again ({turn})" if turn else "")
                    state = await _run_shard(
                        client, deployment, run, name, left, granularity, given
                    )
                    left = await _jobs_left(run, left)
                    if not left or run.is_told_to_end or not state.is_crashed():
                        break
                await _bring_in(run, shard)

        # What one shard met ends no other's: those are brought in, and then it is raised.
        await together(one(i, shard) for i, shard in enumerate(shards, start=1))


async def _run_shard(
    client: PrefectClient,
    deployment: UUID,
    run: RunContext,
    name: str,
    jobs: Sequence[Job],
    granularity: Granularity,
    options: Mapping[str, Any],
) -> State[Any]:
    """Give some jobs out once; the state their run ended in."""
    ids = [job.job_id for job in jobs]
    flow_run = await client.create_flow_run_from_deployment(
        deployment,
        parameters={
            "job_ids": ids,
            "grain": asdict(granularity),
            "options": dict(options),
            "night": run.night,
        },
        name=f"{name}: {len(ids)} jobs from {jobs[0].source_path}",
        tags=[run.run_id],
        state=Scheduled(),
    )
    quiet, has_held, is_cancelled = 0.0, False, False
    while True:
        await asyncio.sleep(LOOK_S)
        state = (await client.read_flow_run(flow_run.id)).state
        if state is not None and state.is_final():
            return state
        if run.is_told_to_end and not is_cancelled:
            is_cancelled = True
            has_begun = state is not None and not state.is_scheduled()
            # Its worker ends one that has begun as a signal would.
            told: State[Any] = Cancelling() if has_begun else Cancelled()
            await client.set_flow_run_state(flow_run.id, told, force=True)
        is_out = state is not None and (state.is_running() or state.is_pending())
        held = await asyncio.to_thread(run.leases.held, ids, run.clock.now()) if is_out else ids
        has_held = has_held or (is_out and bool(held))
        quiet = 0.0 if held else quiet + LOOK_S
        if quiet >= (LOST_S if has_held else UNBORN_S):
            lost: State[Any] = Crashed(message="its worker holds none of its jobs any more")
            await client.set_flow_run_state(flow_run.id, lost, force=True)
            return lost


async def _jobs_left(run: RunContext, jobs: Sequence[Job]) -> list[Job]:
    now = await asyncio.to_thread(_as_they_stand, run, jobs, [])
    return [job for job in now if not job.status.is_terminal]


def _as_they_stand(
    run: RunContext, jobs: Sequence[Job], faults: list[tuple[str, BaseException]]
) -> list[Job]:
    """Some jobs as they stand now, but for those that can't be read.

    Args:
        faults: takes those, each with what was raised.
    """
    now: list[Job] = []

    def look(job: Job) -> None:
        record = run.lake.load(job.job_id)
        now.append(record.job)
        run.reasons.pop(job.job_id, None)
        if record.errors and not record.job.status.has_result and not record.job.attempt_open:
            run.reasons[job.job_id] = record.errors[-1].in_words

    faults += [(job.job_id, error) for job, error in each_alone(look, jobs)]
    return now


async def _bring_in(run: RunContext, shard: Sequence[Job]) -> None:
    """Count, deliver and seal what workers have done."""
    faults: list[tuple[str, BaseException]] = []
    done = await asyncio.to_thread(_as_they_stand, run, shard, faults)
    before = {job.job_id: job for job in shard}
    for job in done:
        run.ended[job.job_id] = job
        run.counters.jobs_done += 1
        run.count(job.job_id, Spent.between(before[job.job_id], job))
    await put_all_down(run, faults, Step.FINALIZING, "bringing it in")
    await deliver_all(run, done)
    await seal_ended(run, [job.job_id for job in done])
