"""Which engine a night's settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.settings import Settings
from engines.apertium.engine import Apertium
from engines.batch_log import BatchLog
from engines.clock import Clock
from engines.port import Counter, Engine
from engines.requirements import check_environment
from engines.several import Several

COUNTING = "claude"
"""The engine that counts tokens beforehand, for nothing."""


def engine_of(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    clock: Clock,
    uniform: Callable[[], float],
    open_log: Callable[[], BatchLog],
) -> Engine:
    """The engine of a night, ready to be asked; several as one where its models name several.

    Args:
        settings: the models and their engines, `transport`, `openai_base_url`, `max_in_flight`,
            `limits_share`, `prompt_cache`, `outage_hours`, `pack_segments` and `pack_tokens` count.
        environ: where keys and addresses come from.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        open_log: opens the log of batches, once there is something to enter.

    Raises:
        EnvironmentProblem: the engine lacks something on this machine, such as a key.
    """

    makers: Mapping[str, Callable[[], Engine]] = {
        "claude messages": lambda: _claude(settings, environ, clock, uniform),
        "claude batches": lambda: _batches(settings, environ, clock, uniform, open_log),
        "openai messages": lambda: _openai(settings, environ, clock, uniform),
    }
    if settings.engine == "apertium":
        return Apertium(environ=environ, clock=clock)
    check_environment(settings, environ)
    engines = {name: makers[f"{name} {settings.transport}"]() for name in settings.engines}
    return engines[settings.engines[0]] if len(engines) == 1 else Several(engines)


def _models(settings: Settings, engine: str) -> tuple[str, ...]:
    return tuple(named.model for named in settings.models if named.engine == engine)


# Each SDK takes a while to import, so that of the engine that is set is alone.


def _claude(
    settings: Settings, environ: Mapping[str, str], clock: Clock, uniform: Callable[[], float]
) -> Engine:
    from engines.claude.client import Claude

    return Claude(
        settings.max_in_flight,
        environ=environ,
        clock=clock,
        uniform=uniform,
        models=_models(settings, "claude"),
        longest_outage=settings.outage_hours * 3600,
        prompt_cache=settings.prompt_cache,
        limits_share=settings.limits_share,
        joined_segments=settings.pack_segments,
        joined_tokens=settings.pack_tokens,
    )


def _batches(
    settings: Settings,
    environ: Mapping[str, str],
    clock: Clock,
    uniform: Callable[[], float],
    open_log: Callable[[], BatchLog],
) -> Engine:
    from engines.claude.batches.engine import ClaudeBatches

    return ClaudeBatches(
        environ=environ,
        open_log=open_log,
        models=_models(settings, "claude"),
        longest_outage=settings.outage_hours * 3600,
        clock=clock,
        uniform=uniform,
        prompt_cache=settings.prompt_cache,
        joined_segments=settings.pack_segments,
        joined_tokens=settings.pack_tokens,
    )


def _openai(
    settings: Settings, environ: Mapping[str, str], clock: Clock, uniform: Callable[[], float]
) -> Engine:
    from engines.openai.client import OpenAI

    return OpenAI(
        settings.max_in_flight,
        environ=environ,
        base_url=settings.openai_base_url,
        clock=clock,
        uniform=uniform,
        models=_models(settings, "openai"),
        longest_outage=settings.outage_hours * 3600,
        prompt_cache=settings.prompt_cache,
        limits_share=settings.limits_share,
        joined_segments=settings.pack_segments,
        joined_tokens=settings.pack_tokens,
    )


def counter_of(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Counter | None:
    """Who counts tokens of questions to `COUNTING`; None where nobody does.

    Raises:
        EnvironmentProblem: it lacks something on this machine, such as a key.
    """
    if COUNTING not in settings.engines:
        return None
    from engines.claude.counting import TokenCounter

    return TokenCounter(environ, clock)
