"""Models as settings name them: each with the engine that is asked for it."""

from __future__ import annotations

from typing import NamedTuple

ENGINES = ("claude", "openai")
"""The engines that ask models."""


class NamedModel(NamedTuple):
    """A model and the engine that it is asked through; written as `engine:model`."""

    engine: str
    model: str

    def __str__(self) -> str:
        return f"{self.engine}:{self.model}"


def named(text: str, engine: str) -> NamedModel:
    """The model that a setting names.

    What stands before the first colon is an engine only where there is one of that name, since
    names of models have colons too (`llama3.1:8b`).

    Args:
        text: `engine:model`, or `model` alone.
        engine: who is asked for a model alone.

    Raises:
        ValueError: no model stands behind the engine.
    """
    first, colon, rest = text.partition(":")
    if not colon or first not in ENGINES:
        return NamedModel(engine, text)
    if not rest:
        raise ValueError(f"{text!r} names no model; write it as {first}:MODEL")
    return NamedModel(first, rest)
