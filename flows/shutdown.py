"""Ending a night before its time: by a signal, by Ctrl-C, by Prefect's cancel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from types import FrameType
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.utilities import engine as prefect_engine

from tasks.run.run_context import RunContext

PATIENCE_SECONDS = 15.0
"""How long answers are waited for that are on their way; batches are left out there at once."""

LOOK_SECONDS = 3.0
"""How often Prefect is asked whether someone cancelled the night or one of its jobs."""

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Ends one night when it is told to; belongs to its event loop."""

    def __init__(self, run: RunContext) -> None:
        self._context = run
        self._loop = asyncio.get_running_loop()
        self._told: asyncio.Future[str] = self._loop.create_future()
        self._is_told = False

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        """Take the signals while entered, those that Prefect would take among them.

        Prefect takes SIGTERM for each flow run that begins, and breaks off the night in the
        middle of whatever it does. There is no setting for that; what it installs is a name in
        its engine, and where that is installed already it installs nothing.
        """
        heard = self._heard
        theirs = prefect_engine._prefect_sigterm_handler
        before = {number: signal.getsignal(number) for number in SIGNALS}
        if before[signal.SIGHUP] is signal.SIG_IGN:
            del before[signal.SIGHUP]  # `nohup` has the end of a terminal ignored.
        prefect_engine._prefect_sigterm_handler = heard  # type: ignore[assignment]
        try:
            _take(dict.fromkeys(before, heard))
            yield
        finally:
            prefect_engine._prefect_sigterm_handler = theirs
            _take(before)

    def tell(self, reason: str) -> None:
        """Have the night ended."""
        self._is_told = True
        if not self._told.done():
            self._told.set_result(reason)

    async def attend(self) -> None:
        """Wait to be told, then end the night: nothing new, then nothing at all."""
        self._context.end(await self._told)
        if self._context.settings.transport != "batches":
            await asyncio.sleep(PATIENCE_SECONDS)
        self._context.cancellation.end()

    async def look(self, night: UUID) -> None:
        """Look again and again whether Prefect has a cancel for the night or one of its jobs."""
        async with get_client() as client:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                # A server that does not answer now is asked again.
                with contextlib.suppress(httpx.HTTPError, PrefectException):
                    await self._look_once(client, night)

    async def _look_once(self, client: PrefectClient, night: UUID) -> None:
        if await _cancelled(client, FlowRunFilter.model_validate({"id": {"any_": [night]}})):
            self.tell("the night was cancelled in Prefect")
        tagged = FlowRunFilter.model_validate({"tags": {"all_": [self._context.run_id]}})
        for flow_run in await _cancelled(client, tagged):
            named = flow_run.parameters.get("job_id")
            self._context.stopped.update(
                [named] if named else flow_run.parameters.get("job_ids", [])
            )

    def _heard(self, number: int, _: FrameType | None) -> None:
        if self._is_told and number == signal.SIGINT:
            # Whoever asks twice wants no more waiting; what was committed is durable.
            os._exit(INTERRUPTED)
        self._is_told = True
        self._loop.call_soon_threadsafe(self.tell, f"ended by {signal.Signals(number).name}")


async def _cancelled(client: PrefectClient, which: FlowRunFilter) -> list[FlowRun]:
    runs = await client.read_flow_runs(flow_run_filter=which)
    ends = (StateType.CANCELLING, StateType.CANCELLED)
    return [
        flow_run for flow_run in runs if flow_run.state is not None and flow_run.state.type in ends
    ]


def _take(handlers: Mapping[signal.Signals, Any]) -> None:
    # Only the main thread can; a flow elsewhere is ended by Prefect's cancel.
    with contextlib.suppress(ValueError):
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextlib.asynccontextmanager
async def ending(run: RunContext) -> AsyncIterator[None]:
    """While entered, the night of this flow run can be ended well."""
    context = FlowRunContext.get()
    assert context is not None, "called inside a flow"
    assert context.flow_run is not None, "called inside a flow"
    kept = Ending(run)
    with kept.armed():
        watching = [
            asyncio.create_task(kept.attend()),
            asyncio.create_task(kept.look(context.flow_run.id)),
        ]
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
