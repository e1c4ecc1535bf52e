"""Sealing what has ended, once whoever is to be told of it is owed that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial

from domain.addresses import networks_of
from domain.job.job import Job, Step
from storage.control.webhooks import webhooks_of
from tasks.delivery.webhook_sender import courier
from tasks.run.run_context import RunContext
from tasks.session.guard import by_halves, each_alone, guarded, halt
from tasks.session.putting_down import put_all_down


async def seal_ended(run: RunContext, job_ids: Iterable[str]) -> None:
    """Seal those of some jobs that have ended for good.

    Their owners are owed it before: a job that is not sealed yet is found again after a kill. One
    that met a fault since it ended, such as in its delivery, is left to the next night; and so is
    one that can't be sealed, with the reason in its error log.
    """
    ended: list[str] = []

    def keep(job_id: str) -> None:
        if job_id in run.ended and _is_over(run, run.ended[job_id]):
            ended.append(job_id)

    await put_all_down(run, list(each_alone(keep, list(job_ids))), Step.FINALIZING, "sealing")
    for work, doing in ((partial(_owe, run), "telling its owner"), (run.lake.seal, "sealing")):
        with guarded(partial(halt, run)):
            faults = await asyncio.to_thread(_faults, work, ended)
            await put_all_down(run, faults, Step.FINALIZING, doing)
            ended = sorted(set(ended) - dict(faults).keys())


def _is_over(run: RunContext, job: Job) -> bool:
    has_met_fault = job.status.has_result and job.job_id in run.reasons
    return job.status.is_terminal and not has_met_fault


def _faults(
    work: Callable[[Sequence[str]], None], job_ids: Sequence[str]
) -> list[tuple[str, BaseException]]:
    return list(by_halves(work, list(job_ids)))


def _owe(run: RunContext, job_ids: Iterable[str]) -> None:
    webhooks = webhooks_of(run.home)
    if webhooks is not None:
        with closing(webhooks):
            webhooks.owe([run.ended[job_id] for job_id in job_ids], run.clock.now())


@asynccontextmanager
async def telling(run: RunContext) -> AsyncIterator[None]:
    """While entered, owners are told of their jobs' ends."""
    allowed = networks_of(run.settings.webhook_allow)
    async with courier(webhooks_of(run.home), allowed, run.clock.now):
        yield
