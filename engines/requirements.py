"""What an engine needs on this machine, looked at without importing what asks it."""

from __future__ import annotations

from collections.abc import Mapping

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
    """See to it that the engine has what it needs, before anything is started.

    Raises:
        EnvironmentProblem: it lacks something, such as a key.
    """
    if settings.engine == "apertium":
        from engines.apertium.engine import Apertium
        from engines.clock import SystemClock

        Apertium(environ=environ, clock=SystemClock())
    elif settings.engine == "openai":
        openai.key_of(environ)
        openai.url_of(settings.openai_base_url)
    else:
        claude.credentials(environ)
        claude.base_url(environ)


def is_rehearsal(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Whether the environment names a simulator's key, while nobody has been asked yet.

    Whether one answers, only it can say.
    """
    return environ.get(KEYS.get(settings.engine, ""), "").startswith(REHEARSAL)


def keyless(settings: Settings) -> Mapping[str, str]:
    """An environment for an engine that is opened and never asked."""
    return {KEYS[settings.engine]: UNSET_KEY} if settings.engine in KEYS else {}
