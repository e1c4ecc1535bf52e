"""Setting up a run: its settings, its engine and its name."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from domain.settings import Settings
from engines.clock import Clock, SystemClock
from engines.port import Engine
from engines.registry import engine_of
from flows.naming import night_name
from flows.prices import check_prices
from storage.control.batch_log import BatchLog
from storage.ended_batches import forget_ended
from storage.files.home import home_of
from storage.files.settings_file import load_settings
from tasks.run.run_context import RunContext, opened


def _engine(settings: Settings, clock: Clock) -> Engine:
    return engine_of(
        settings,
        os.environ,
        clock=clock,
        uniform=random.random,
        open_log=lambda: BatchLog(home_of(settings)),
    )


@contextlib.asynccontextmanager
async def run_of_own(
    options: Mapping[str, Any] | None = None, night: str | None = None
) -> AsyncIterator[RunContext]:
    """A run context for this process, by the settings of its working folder and environment.

    Args:
        options: settings that override those, by name.
        night: the night that it works for, where that is another process's; else it is one.

    Raises:
        SettingError: a setting is unknown or malformed.
        EnvironmentProblem: the engine lacks something on this machine.
        UnknownModel: a model that is set has no known price.
    """
    settings = load_settings(Path.cwd(), os.environ, options or {})
    check_prices(settings)
    clock = SystemClock()
    uniform = random.random
    run_id = night_name(clock.now().astimezone())
    engine = _engine(settings, clock)
    try:
        await engine.look()
    except BaseException:
        await engine.close()
        raise
    async with opened(
        settings,
        home_of(settings),
        engine,
        run_id=run_id,
        night=night,
        outbox=Path(settings.outbox) / run_id,
        clock=clock,
        uniform=uniform,
        rehearsal=engine.simulated,
    ) as run:
        yield run
        if settings.transport == "batches":
            await asyncio.to_thread(forget_ended, run.home, run.lake, clock.now())
