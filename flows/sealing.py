"""Sealing what has ended, once whoever is to be told of it is owed that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing

from domain.addresses import networks_of
from storage.webhooks import webhooks_of
from tasks.courier import courier
from tasks.desk import Desk


async def seal_ended(desk: Desk, job_ids: Iterable[str]) -> None:
    """Seal those of some jobs that have ended for good.

    Their owners are owed it before: a job that is not sealed yet is found again after a kill.
    """
    ended = [i for i in job_ids if i in desk.ended and desk.ended[i].status.is_terminal]
    if ended:
        await asyncio.to_thread(_owe, desk, ended)
        await asyncio.to_thread(desk.lake.seal, ended)


def _owe(desk: Desk, job_ids: Iterable[str]) -> None:
    webhooks = webhooks_of(desk.home)
    if webhooks is not None:
        with closing(webhooks):
            webhooks.owe([desk.ended[job_id] for job_id in job_ids], desk.clock.now())


@asynccontextmanager
async def telling(desk: Desk) -> AsyncIterator[None]:
    """While entered, owners are told of their jobs' ends."""
    allowed = networks_of(desk.settings.webhook_allow)
    async with courier(webhooks_of(desk.home), allowed, desk.clock.now):
        yield
