"""Which engine a night's settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.settings import Settings
from engines.claude.client import Claude
from engines.clock import Clock
from engines.port import Engine


def engine_of(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    clock: Clock,
    uniform: Callable[[], float],
) -> Engine:
    """The engine of a night, ready to be asked.

    Args:
        settings: `engine`, `transport`, `max_in_flight` and `prompt_cache` count.
        environ: where keys and addresses come from.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.

    Raises:
        EnvironmentProblem: the engine lacks something on this machine, such as a key.
    """
    makers: Mapping[str, Callable[[], Engine]] = {
        "claude": lambda: Claude(
            settings.max_in_flight,
            environ=environ,
            clock=clock,
            uniform=uniform,
            prompt_cache=settings.prompt_cache,
        ),
    }
    return makers[settings.engine]()
