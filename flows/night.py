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
from engines.requirements import check_environment
from flows.prefect.recorded import PATIENCE_SECONDS, Recorded, await_recorded
from flows.prefect.server import Coming, server_coming
from flows.prices import check_prices
from flows.quiet import nothing_waits, quiet_night
from storage.files.home import folder_of, home_of
from storage.sealed.steps import check_lake
from tasks.run.progress import NightReport, Progress

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
    say: Callable[[str], None] = lambda _: None,
) -> tuple[NightReport, Recorded]:
    """Run the flow `nightly` in this process, to its end; where nothing waits, without it.

    Prefect's server starts while the inbox is taken in and documents are taken apart.

    Args:
        settings: what is set, options included.
        options: those that override `nightdesk.toml` and the environment, by name.
        watch: told twice a second where the night stands, in the event loop's thread.
        say: told what comes next, before the first of that.

    Returns:
        How the night ended, and what Prefect's server recorded of its task runs.

    Raises:
        EnvironmentProblem: no Prefect server, or the engine lacks something on this machine.
        UnknownModel: a model that is set has no known price.
        LakeError: the home is damaged, or a newer version has written it.
    """
    check_prices(settings)
    check_environment(settings, os.environ)
    home = home_of(settings)
    check_lake(home)
    say("looking for what waits")
    if nothing_waits(settings, home):
        return quiet_night(settings, home), Recorded(0, completed=0, failed=0, open=0)
    with server_coming(folder_of(home), os.environ, minutes=settings.server_minutes) as server:
        say("starting Prefect's server" if not server.is_there else "preparing the night")
        return _run_with(server, options, watch, say)


def _run_with(
    server: Coming,
    options: Mapping[str, Any],
    watch: Callable[[Progress], None],
    say: Callable[[str], None],
) -> tuple[NightReport, Recorded]:
    from flows.nightly import nightly
    from flows.observer import Watch, kept
    from flows.prefect.calls import is_of_server
    from flows.preparing import ready

    _keep_imported()

    async def night(watcher: Watch) -> None:
        """The whole night; raises what ended it before its report."""
        async with ready(options) as found:
            count = len(found.waiting) + len(found.alone)
            if not server.is_there:
                say(f"starting Prefect's server for {count:,} jobs")
            await _at(server)
            say("")
            try:
                state = await nightly(dict(options), return_state=True)
            except Exception as error:
                # The server may be gone after the night's report, when its last state is told.
                if watcher.report is None or not is_of_server(error):
                    raise
            else:
                if watcher.report is None:
                    raise await _raised(state)

    with kept(Watch(watch)) as watcher:
        try:
            asyncio.run(night(watcher))
        except Exception as error:
            if is_of_server(error):
                raise _no_server(server.url(), error) from error
            raise
    assert watcher.report is not None, "a night without one raises"
    report = watcher.report
    patience = HASTE_SECONDS if report.is_told_to_end else PATIENCE_SECONDS
    seen = await_recorded(server.url(), report.night, watcher.task_runs, patience=patience)
    return replace(report, prefect_url=server.url().removesuffix("/api")), seen


async def _at(server: Coming) -> None:
    """Have Prefect's client in this process use a server, once it answers."""
    from prefect.context import refresh_global_settings_context

    os.environ["PREFECT_API_URL"] = await server.arrived()
    refresh_global_settings_context()


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
