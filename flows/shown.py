"""A flow run's progress, as an artifact in Prefect's UI."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self
from uuid import UUID

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

EVERY_SECONDS = 3.0
"""An update costs 14 ms."""


class ShownProgress:
    """While it is entered, shows a share of 0 to 1 as a progress artifact of the flow run."""

    def __init__(self, share: Callable[[], float]) -> None:
        self._share = share
        self._updates: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._artifact: UUID | None = None
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
        percent = round(100 * self._share(), 1)
        if self._artifact is None:
            self._artifact = await acreate_progress_artifact(percent, key="progress")
        else:
            await aupdate_progress_artifact(self._artifact, percent)
