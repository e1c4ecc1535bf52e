"""The flow that keeps a lake in order, by day, while no night needs the machine."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from engines.clock import Clock, SystemClock
from flows.prefect.calls import wait_while_busy
from flows.prefect.reconciling import reconcile
from storage.control.leases import Leases
from storage.files.home import Home, home_of
from storage.files.settings_file import load_settings
from storage.verify.verifying import verify
from tasks.maintenance import checked, listed_faults, maintain, told


async def _set_right(home: Home, clock: Clock) -> None:
    """End what Prefect takes for running of nights that are dead."""
    with closing(Leases(home)) as leases:
        await reconcile(leases, clock.now(), only_killed=False)


@flow(name="maintenance", validate_parameters=False)
async def maintenance(options: dict[str, Any] | None = None) -> State[Any]:
    """Sweep, let go of what is old, compact, verify; the run fails where there is a fault.

    Args:
        options: settings that override `nightdesk.toml` and the environment, by name.
    """
    wait_while_busy()
    settings = load_settings(Path.cwd(), os.environ, options or {})
    home, clock = home_of(settings), SystemClock()
    done = await asyncio.to_thread(maintain, home, settings.keep_days, clock.now())
    await _set_right(home, clock)
    found = await asyncio.to_thread(verify, home, clock.now())
    await acreate_markdown_artifact(checked(done, found), key="maintenance")
    if found.faults:
        return Failed(message=f"{told(done)}\n{listed_faults(found)}")
    return Completed(message=told(done))
