"""The flow that keeps a lake in order, by day, while no night needs the machine."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from engines.clock import SystemClock
from storage.settings_file import load_settings
from tasks.maintenance import maintain, told


@flow(name="maintenance", validate_parameters=False)
async def maintenance(options: dict[str, Any] | None = None) -> State[Any]:
    """Compact and sweep the lake.

    Args:
        options: settings that override `nightdesk.toml` and the environment, by name.
    """
    settings = load_settings(Path.cwd(), os.environ, options or {})
    done = await asyncio.to_thread(maintain, Path(settings.home), SystemClock().now())
    return Completed(message=told(done))
