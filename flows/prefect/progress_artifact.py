"""A flow run's progress, as an artifact in Prefect's UI, and what it waits for, in its log too."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

from engines.availability import Wait
from flows.prefect.calls import if_it_can
from tasks.delivery.report import plain
from tasks.run.progress import waited, waiting

EVERY_SECONDS = 3.0
"""An update costs 14 ms."""


class ProgressArtifact:
    """While it is entered, shows a share of 0 to 1 as a progress artifact of the flow run.

    That the engine is away, and that it answers again, is told in the flow run's log, once each,
    and at the artifact.

    Args:
        share: of the work that is done, 0 to 1.
        waits: the stretches in which the engine could not be asked, so far.
    """

    def __init__(
        self, share: Callable[[], float], waits: Callable[[], tuple[Wait, ...]] = lambda: ()
    ) -> None:
        self._share = share
        self._waits = waits
        self._told: set[tuple[str, datetime, bool]] = set()
        self._updates: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._creation: asyncio.Task[UUID] | None = None
        self._updates = asyncio.create_task(self._keep_up())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._updates is not None:
            self._updates.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._updates
        await self._show()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self._show()

    async def _show(self) -> None:
        with if_it_can():
            await self._show_now()

    async def _show_now(self) -> None:
        percent = round(100 * self._share(), 1)
        waits = self._waits()
        self._log(waits)
        said = "\n\n".join(plain(sentence) for sentence in said_of(waits))
        if self._creation is None or _has_failed(self._creation):
            self._creation = asyncio.create_task(
                acreate_progress_artifact(percent, "progress", said)
            )
            await asyncio.shield(self._creation)  # ended in the middle, the server may have made it
        else:
            await aupdate_progress_artifact(await asyncio.shield(self._creation), percent, said)

    def _log(self, waits: Sequence[Wait]) -> None:
        for wait in waits:
            mark = (wait.model, wait.since, wait.until is None)
            if mark in self._told:
                continue
            self._told.add(mark)
            if wait.until is None:
                get_run_logger().warning(*waiting([wait]))
            else:
                get_run_logger().info("the API answers again: waited %s", *waited([wait]))


def _has_failed(creation: asyncio.Task[UUID]) -> bool:
    return creation.done() and (creation.cancelled() or creation.exception() is not None)


def said_of(waits: Sequence[Wait]) -> tuple[str, ...]:
    """What is waited for, or else what was; Prefect's update takes no empty text for a new one."""
    return waiting(waits) or tuple(f"the API was away {said}" for said in waited(waits))
