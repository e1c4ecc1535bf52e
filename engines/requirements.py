"""What an engine needs on this machine, looked at without importing what asks it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.settings import Settings
from engines.claude.access import base_url, credentials


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
    else:
        credentials(environ)
        base_url(environ)
