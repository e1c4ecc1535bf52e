"""Setting right what Prefect still takes for running though the night it belongs to is dead.

A flow run says which night it belongs to by a tag, a night's own by its name; whether a night is
dead, its lease says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Crashed

from storage.control.leases import HEARTBEAT_LAPSE_S, Leases

NIGHT = "night "
"""How the name of a night's flow run begins; the rest is the night's."""

OPEN = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
PAGE = 200
TELLING_S = 5.0


async def reconcile(leases: Leases, now: datetime, *, only_killed: bool) -> int:
    """End the flow runs and task runs of dead nights; how many flow runs there were.

    One that was being cancelled is cancelled then, every other crashed.

    Args:
        leases: they know the nights of the lake; those of other lakes are left alone.
        now: the present time, with its zone.
        only_killed: leave out nights that let go of their leases themselves. Such a one may be
            about to tell Prefect its end, which is waited for otherwise.
    """
    async with get_client() as client:
        found = await _open_runs(client)
        dead = await asyncio.to_thread(leases.dead, {n for r in found for n in _nights(r)}, now)
        if only_killed:
            dead -= await asyncio.to_thread(leases.closed, dead)
        elif dead:
            await asyncio.sleep(TELLING_S)
            still = {run.id for run in await _open_runs(client)}
            found = [run for run in found if run.id in still]
        gone = [run for run in found if dead.intersection(_nights(run))]
        gone = [run for run in gone if not await _is_led(leases, run, now)]
        for run in gone:
            await _end_tasks(client, run)
            await client.set_flow_run_state(run.id, _end(run.state), force=True)
    return len(gone)


async def _open_runs(client: PrefectClient) -> list[FlowRun]:
    which = FlowRunFilter.model_validate({"state": {"type": {"any_": OPEN}}})
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(flow_run_filter=which, limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found


def _nights(run: FlowRun) -> set[str]:
    """What may be the name of the night that a flow run belongs to."""
    own = {run.name.removeprefix(NIGHT)} if run.name.startswith(NIGHT) else set()
    return own | set(run.tags)


async def _is_led(leases: Leases, run: FlowRun, now: datetime) -> bool:
    """Whether a worker is at a shard of a night, which may outlive the night; or was just now."""
    ids: Sequence[str] = run.parameters.get("job_ids", [])
    if run.deployment_id is None or not ids or run.state is None:
        return False
    since = datetime.now(UTC) - run.state.timestamp
    if since < timedelta(seconds=HEARTBEAT_LAPSE_S):
        return True
    return bool(await asyncio.to_thread(leases.held, ids, now))


async def _end_tasks(client: PrefectClient, run: FlowRun) -> None:
    """End the task runs of a flow run; that of a flow run below it ends with that one."""
    tasks = TaskRunFilter.model_validate({"state": {"type": {"any_": OPEN}}})
    of_run = FlowRunFilter.model_validate({"id": {"any_": [run.id]}})
    ended: set[UUID] = set()
    while True:
        page = await client.read_task_runs(
            task_run_filter=tasks, flow_run_filter=of_run, limit=PAGE
        )
        left = [task for task in page if task.id not in ended]
        for task in left:
            await client.set_task_run_state(task.id, _end(task.state), force=True)
            ended.add(task.id)
        if not left:
            return


def _end(state: State[Any] | None) -> State[Any]:
    if state is not None and state.is_cancelling():
        return Cancelled(message="its night ended before it could end it")
    return Crashed(message="its night was killed")
