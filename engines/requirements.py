"""What an engine needs on this machine, looked at without importing what asks it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import EnvironmentProblem
from domain.settings import Settings
from engines.claude import access as claude
from engines.openai import access as openai

KEYS: Mapping[str, str] = {"claude": claude.KEY, "openai": openai.KEY}
"""The environment variable that holds the key, by engine."""

REHEARSAL = "sk-sim-"
"""How the keys begin that the simulator takes, and nobody else."""

UNSET_KEY = "unset"
"""Stands for the key of an engine that is opened and never asked."""


def transport_of(settings: Settings) -> str:
    """How the engine that is set sends what it is asked; the engine itself says the same."""
    return "local" if settings.engine == "apertium" else settings.transport


def check_environment(settings: Settings, environ: Mapping[str, str]) -> None:
    """See to it that the engines have what they need, before anything is started.

    Raises:
        EnvironmentProblem: one lacks something, such as a key, or the simulator would answer for
            one of them alone.
    """
    if settings.engine == "apertium":
        from engines.apertium.engine import Apertium
        from engines.clock import SystemClock

        Apertium(environ=environ, clock=SystemClock())
        return
    if "openai" in settings.engines:
        openai.key_of(environ)
        openai.url_of(settings.openai_base_url)
    if "claude" in settings.engines:
        claude.credentials(environ)
        claude.base_url(environ)
    _check_rehearsal(settings, environ)


def is_rehearsal(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Whether the environment names a simulator's key, while nobody has been asked yet.

    Whether one answers, only it can say.
    """
    return any(_is_simulators(engine, environ) for engine in settings.engines)


def _is_simulators(engine: str, environ: Mapping[str, str]) -> bool:
    return environ.get(KEYS.get(engine, ""), "").startswith(REHEARSAL)


def _check_rehearsal(settings: Settings, environ: Mapping[str, str]) -> None:
    """See to it that the simulator answers for all engines, or for none.

    Raises:
        EnvironmentProblem: it would answer for some.
    """
    rehearsing = [KEYS[e] for e in settings.engines if _is_simulators(e, environ)]
    others = [KEYS[e] for e in settings.engines if KEYS[e] not in rehearsing]
    if rehearsing and others:
        raise EnvironmentProblem(
            f"{rehearsing[0]} is a key of the simulator, and {others[0]} is none; a night is "
            "rehearsed with both or with neither"
        )


def keyless(settings: Settings) -> Mapping[str, str]:
    """An environment for an engine that is opened and never asked."""
    return {KEYS[engine]: UNSET_KEY for engine in settings.engines if engine in KEYS}
