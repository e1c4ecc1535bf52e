"""Choosing an engine, and what it needs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import EnvironmentProblem
from domain.settings import Settings
from engines.batch_log import BatchLog
from engines.clock import ManualClock
from engines.registry import engine_of
from engines.requirements import is_rehearsal, keyless


def no_log() -> BatchLog:
    raise AssertionError("the log is opened before there is something to enter")


async def engine_name(environ: dict[str, str], **settings: Any) -> str:
    engine = engine_of(
        Settings(**settings),
        environ,
        clock=ManualClock(),
        uniform=lambda: 1.0,
        open_log=no_log,
    )
    await engine.close()
    return f"{engine.name} {engine.transport}"


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
async def test_claude(variable: str) -> None:
    """The default engine is Claude over messages, with a key or a token."""
    assert await engine_name({variable: "secret-7"}) == "claude messages"


async def test_batches() -> None:
    """Where the setting says so, it is Claude over batches."""
    assert await engine_name({"ANTHROPIC_API_KEY": "k"}, transport="batches") == "claude batches"


OTHER_MODELS = {"engine": "openai", "translator_model": "m", "qa_model": "m"}


async def test_chat_completions() -> None:
    """The engine for chat completions needs a key, and an address where it is not the vendor's."""
    assert await engine_name({"OPENAI_API_KEY": "k"}, **OTHER_MODELS) == "openai messages"
    with pytest.raises(EnvironmentProblem, match="OPENAI_API_KEY is not set"):
        await engine_name({"ANTHROPIC_API_KEY": "k"}, **OTHER_MODELS)


@pytest.mark.parametrize("engine", ["claude", "openai"])
def test_a_rehearsal_is_told_by_the_engines_own_key(engine: str) -> None:
    """A simulator's key of another vendor is none of this engine's."""
    settings = Settings.model_validate({**OTHER_MODELS, "engine": engine})
    keys = {"claude": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
    for name, variable in keys.items():
        assert is_rehearsal(settings, {variable: "sk-sim-x"}) is (name == engine)
    assert keyless(settings) == {keys[engine]: "unset"}


async def test_apertium(tmp_path: Path) -> None:
    """Apertium needs no key, only its programs."""
    program = tmp_path / "apertium-wblank-mode"
    program.touch(mode=0o755)
    assert await engine_name({"PATH": str(tmp_path)}, engine="apertium") == "apertium local"
    with pytest.raises(EnvironmentProblem, match="Apertium is not installed"):
        await engine_name({"PATH": ""}, engine="apertium")


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


CHAIN = {"translator_models": ["claude-sonnet-5-5", "openai:gpt-5.1"]}


async def test_several_engines() -> None:
    """Models of two engines need what both need; both are asked as one."""
    keys = {"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}
    assert await engine_name(keys, **CHAIN) == "claude, openai messages"
    for name in keys:
        with pytest.raises(EnvironmentProblem, match=f"{name} is not set"):
            await engine_name({key: "k" for key in keys if key != name}, **CHAIN)


async def test_a_rehearsal_of_both() -> None:
    """The simulator answers for all engines of a night, or for none."""
    keys = {"ANTHROPIC_API_KEY": "sk-sim-1", "OPENAI_API_KEY": "k"}
    with pytest.raises(EnvironmentProblem, match="ANTHROPIC_API_KEY is a key of the simulator"):
        await engine_name(keys, **CHAIN)
    settings = Settings.model_validate(CHAIN)
    assert is_rehearsal(settings, keys | {"OPENAI_API_KEY": "sk-sim-2"})
    assert keyless(settings) == {"ANTHROPIC_API_KEY": "unset", "OPENAI_API_KEY": "unset"}
