"""How a rehearsal shows while nobody has been asked yet."""

from __future__ import annotations

from collections.abc import Mapping

KEYS = "sk-sim-"
"""How the keys begin that the simulator takes, and nobody else."""


def is_prepared(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a simulator's key; whether one answers, only it can say."""
    return environ.get("ANTHROPIC_API_KEY", "").startswith(KEYS)
