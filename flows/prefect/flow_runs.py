"""Flow runs of a night's jobs, each made when its turn has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from prefect import Flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.flow_engine import run_flow_async
from prefect.states import Pending


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run to be."""

    flow: Flow[Any, Any]
    name: str
    tags: frozenset[str]
    parameters: dict[str, Any]


@task(name="flow run of a night")
async def _parent() -> None:
    """Stands for a flow run in the graph of the night that it belongs to."""


async def name_this(name: str, tags: Iterable[str]) -> None:
    """Name and tag the flow run this is called in."""
    context = FlowRunContext.get()
    assert context is not None, "called inside a flow"
    assert context.flow_run is not None, "called inside a flow"
    async with get_client() as client:
        await client.update_flow_run(context.flow_run.id, name=name, tags=tags)


async def make(run: Run) -> FlowRun:
    """Create a flow run, pending, as a child of the one this is called in."""
    context = FlowRunContext.get()
    assert context is not None, "called inside a flow"
    assert context.flow_run is not None, "called inside a flow"
    async with get_client() as client:
        parent = await client.create_task_run(
            _parent, context.flow_run.id, dynamic_key=str(uuid4()), name=run.name
        )
        return await client.create_flow_run(
            run.flow,
            parameters=run.parameters,
            name=run.name,
            tags=run.tags,
            parent_task_run_id=parent.id,
            state=Pending(),
        )


async def start(run: Run, made: FlowRun) -> None:
    """Run one to its end; its failure is its own state and raises nothing."""
    await run_flow_async(run.flow, flow_run=made, parameters=run.parameters, return_type="state")
