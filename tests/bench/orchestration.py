"""What Prefect alone costs: a night's flow runs and task runs, in its grain, around nothing."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from domain.settings import Settings
from flows.granularity import granularity_of
from flows.prefect.recorded import await_recorded
from flows.prefect.server import server_for

TASK_SECONDS = 0.5


def orchestrated(settings: Settings, jobs: int, segments: int) -> dict[str, Any]:
    """CPU seconds of this process for the flow and task runs of a night, per segment and stage.

    Args:
        jobs: of equal size.
        segments: in all of them.
    """
    granularity = granularity_of(jobs, segments, max_jobs=settings.max_jobs)
    with server_for(Path(settings.home), os.environ) as api:
        from prefect import flow, task
        from prefect.artifacts import acreate_markdown_artifact

        from flows.prefect.flow_runs import Run, make, start
        from flows.prefect.progress_artifact import ProgressArtifact

        slots = asyncio.Semaphore(
            max(4, 2 * settings.max_in_flight // granularity.segments_per_task)
        )
        made = 0

        @task(name="stage", task_run_name="stage {label}")
        async def stage(label: str, what: object) -> None:
            await asyncio.sleep(TASK_SECONDS)

        async def stretch(number: int) -> None:
            async with slots:
                await stage(f"translator {number}", object())
                await stage(f"qa {number}", object())

        @flow(name="bench jobs", validate_parameters=False)
        async def shard(count: int) -> None:
            nonlocal made
            for first in range(0, count, granularity.jobs_per_group):
                group = min(granularity.jobs_per_group, count - first)
                stretches = -(-group * (segments // jobs) // granularity.segments_per_task)
                await stage("supervisor", object())
                await asyncio.gather(*(stretch(number) for number in range(stretches)))
                await stage("finalizing", object())
                made += 2 + 2 * stretches
            async with ProgressArtifact(lambda: 1.0):
                await acreate_markdown_artifact("done", key="report")

        @flow(name="bench night", validate_parameters=False)
        async def night() -> None:
            counts = [
                min(granularity.jobs_per_flow, jobs - first)
                for first in range(0, jobs, granularity.jobs_per_flow)
            ]
            tags = frozenset({"bench"})
            runs = [Run(shard, f"shard {n}", tags, {"count": c}) for n, c in enumerate(counts)]
            whole = [await make(run) for run in runs]
            await asyncio.gather(*(start(*pair) for pair in zip(runs, whole, strict=True)))

        began = time.process_time()
        asyncio.run(night())
        used = time.process_time() - began
        seen = await_recorded(api, "bench", made)
    return {
        "prefect_ms": round(1000 * used / (2 * segments), 2),
        "task_runs": made,
        "recorded": seen.completed,
    }
