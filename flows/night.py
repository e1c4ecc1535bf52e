"""A night from outside: a Prefect server, the flow, and the comparison at the end."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.errors import EnvironmentProblem
from domain.settings import Settings
from flows.desks import check_engine, check_prices
from flows.prefect_server import server_for
from flows.recorded import PATIENCE_SECONDS, Recorded, await_recorded
from storage.home import folder_of, home_of
from storage.steps import check_lake
from tasks.progress import NightReport, Progress

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

COLLECTED_AFTER = (20_000, 20, 20)
"""New objects until the youngest are looked through, and how often until the older ones are."""

HASTE_SECONDS = 3.0
"""How long a night that was told to end waits for Prefect's count."""


def run_night(
    settings: Settings,
    options: Mapping[str, Any],
    *,
    watch: Callable[[Progress], None],
) -> tuple[NightReport, Recorded]:
    """Run the flow `nightly` in this process, to its end.

    Args:
        settings: what is set, options included.
        options: those that override `nightdesk.toml` and the environment, by name.
        watch: told twice a second where the night stands, in the event loop's thread.

    Returns:
        How the night ended, and what Prefect's server recorded of its task runs.

    Raises:
        EnvironmentProblem: no Prefect server, or the engine lacks something on this machine.
        UnknownModel: a model that is set has no known price.
        LakeError: the home is damaged, or a newer version has written it.
    """
    check_prices(settings)
    check_engine(settings)
    check_lake(home_of(settings))
    with server_for(folder_of(home_of(settings)), os.environ) as api_url:
        # Prefect reads its settings when it is imported.
        from flows.nightly import nightly
        from flows.watch import Watch, kept

        _keep_imported()

        async def night() -> State[Any]:
            return await nightly(dict(options), return_state=True)

        from flows.prefect_calls import is_of_server

        with kept(Watch(watch)) as watcher:
            error: BaseException | None = None
            try:
                state = asyncio.run(night())
            except Exception as raised:
                # The server may be gone after the night's report, when its last state is told.
                if watcher.report is None or not is_of_server(raised):
                    error = raised
            else:
                error = None if watcher.report is not None else asyncio.run(_raised(state))
        if error is not None:
            raise _no_server(api_url, error) if is_of_server(error) else error
        assert watcher.report is not None, "a night without one raises"
        report = watcher.report
        patience = HASTE_SECONDS if report.is_told_to_end else PATIENCE_SECONDS
        seen = await_recorded(api_url, report.night, watcher.task_runs, patience=patience)
        return replace(report, prefect_url=api_url.removesuffix("/api")), seen


def _no_server(api_url: str, error: BaseException) -> EnvironmentProblem:
    said = " ".join(str(error).split()) or type(error).__name__
    return EnvironmentProblem(
        f"Prefect's server at {api_url} does not answer any more ({said}); start it anew, or see "
        "prefect/server.log in the home. What was done is kept, and the next run goes on from there"
    )


def _keep_imported() -> None:
    """Keep what was imported from being looked through again and again.

    It lives as long as the process; with it, each full collection of garbage stops all that is
    under way for 0.3 s.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


async def _raised(state: State[Any]) -> BaseException:
    """What ended a night before its report."""
    try:
        await state.aresult()
    except Exception as error:
        return error
    return EnvironmentProblem(f"the night ended as {state.name}: {state.message}")
