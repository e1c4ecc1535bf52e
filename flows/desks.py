"""Setting up a desk: settings, engine and a name for the run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import uuid_utils

from domain.pricing import cost
from domain.settings import Settings
from domain.usage import TokenUsage
from engines.clock import Clock, SystemClock
from engines.port import Engine
from engines.registry import engine_of
from storage.ended_batches import forget_ended
from storage.home import home_of
from storage.opening import batch_log_of
from storage.settings_file import load_settings
from tasks.desk import Desk, opened


def night_name(now: datetime) -> str:
    """A name for a night that sorts by its beginning and that no other has."""
    return f"{now:%Y-%m-%d-%H%M%S}-{str(uuid_utils.uuid4())[:4]}"


def check_prices(settings: Settings) -> None:
    """See to it that what a night asks can be paid for.

    Raises:
        UnknownModel: a model that is set has no known price.
    """
    for model in (settings.translator_model, settings.qa_model):
        cost(
            TokenUsage(),
            model,
            transport=settings.transport,
            eur_per_usd=settings.eur_per_usd,
            prices=settings.prices,
        )


def _engine(settings: Settings, clock: Clock) -> Engine:
    return engine_of(
        settings,
        os.environ,
        clock=clock,
        uniform=random.random,
        open_log=lambda: batch_log_of(home_of(settings)),
    )


async def _check_engine(settings: Settings) -> None:
    engine = _engine(settings, SystemClock())
    await engine.close()


def check_engine(settings: Settings) -> None:
    """See to it that the engine has what it needs on this machine, before anything is started.

    Raises:
        EnvironmentProblem: it lacks something, such as a key.
    """
    asyncio.run(_check_engine(settings))


@contextlib.asynccontextmanager
async def desk_of_own(
    options: Mapping[str, Any] | None = None, night: str | None = None
) -> AsyncIterator[Desk]:
    """A desk for this process, by the settings of its working folder and environment.

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
    ) as desk:
        yield desk
        if settings.transport == "batches":
            await asyncio.to_thread(forget_ended, desk.home, desk.lake, clock.now())
