"""Choosing an engine, and what it needs on this machine."""

from __future__ import annotations

import pytest

from domain.errors import EnvironmentProblem
from domain.settings import Settings
from engines.clock import ManualClock
from engines.registry import engine_of


async def engine_name(environ: dict[str, str]) -> str:
    engine = engine_of(Settings(), environ, clock=ManualClock(), uniform=lambda: 1.0)
    await engine.close()
    return f"{engine.name} {engine.transport}"


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
async def test_claude(variable: str) -> None:
    """The default engine is Claude over messages, with a key or a token."""
    assert await engine_name({variable: "secret-7"}) == "claude messages"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "ANTHROPIC_API_KEY is not set"),
        ({"ANTHROPIC_API_KEY": "  "}, "ANTHROPIC_API_KEY is not set"),
        ({"ANTHROPIC_API_KEY": "two words"}, "ANTHROPIC_API_KEY holds characters"),
        ({"ANTHROPIC_API_KEY": "schlüssel"}, "ANTHROPIC_API_KEY holds characters"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "localhost:80"}, "which is no address"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://"}, "which is no address"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://a:b"}, "which is no address"),
    ],
)
async def test_not_set_up(environ: dict[str, str], words: str) -> None:
    """A key that is missing or no key, or an address that is none, is said before anything goes."""
    with pytest.raises(EnvironmentProblem, match=words):
        await engine_name(environ)
