"""What each model can: how its thinking is turned up and down, and what it caches.

Of the 5.5 models this was measured; of the others it is what their documentation says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from anthropic.types import ThinkingConfigParam

from domain.settings import Effort
from engines.output_tokens import THINKING_ROOM

Level = Literal["low", "medium", "high"]

LEAST_BUDGET = 1_024
"""Tokens; the API takes no smaller budget of thinking."""

_LEVELS: Mapping[Effort, Level] = {"low": "low", "medium": "medium", "high": "high"}


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a model can.

    Attributes:
        off: the thinking type that turns thinking off; None where it can't be turned off.
        adaptive: whether it decides by itself how much it thinks; else it is given a budget.
        efforts: whether it knows levels of effort.
        cache_minimum: tokens a prefix needs to be cached.
    """

    off: Literal["disabled", "between_tools"] | None
    adaptive: bool = True
    efforts: bool = True
    cache_minimum: int = 1_024


@dataclass(frozen=True, slots=True)
class Thought:
    """How a request says how much may be thought; None is left unsaid."""

    thinking: ThinkingConfigParam | None
    effort: Level | None


ABILITIES: Mapping[str, Abilities] = {
    "claude-fable-5-2": Abilities(None, cache_minimum=512),
    "claude-fable-5-1": Abilities(None, cache_minimum=512),
    "claude-fable-5": Abilities(None, cache_minimum=512),
    "claude-haiku-5-5": Abilities("disabled", cache_minimum=4_096),
    "claude-sonnet-5-5": Abilities("between_tools"),
    "claude-opus-5-5": Abilities("between_tools"),
    "claude-sonnet-5": Abilities("disabled"),
    "claude-opus-5": Abilities("disabled"),
    "claude-opus-4-8": Abilities("disabled"),
    "claude-opus-4-7": Abilities("disabled"),
    "claude-opus-4-6": Abilities("disabled", cache_minimum=4_096),
    "claude-sonnet-4-6": Abilities("disabled"),
    "claude-haiku-4-5": Abilities("disabled", adaptive=False, efforts=False, cache_minimum=4_096),
    "claude-opus-4-5": Abilities("disabled", adaptive=False, cache_minimum=4_096),
    "claude-sonnet-4-5": Abilities("disabled", adaptive=False, efforts=False),
}
"""By a model's name without its date."""

UNKNOWN_CACHE_MINIMUM = 1_024
"""Tokens; a breakpoint below a model's real minimum does nothing."""


def abilities_of(model: str) -> Abilities | None:
    """What a model can, by its plain or its dated name; None where nothing is known of it."""
    return ABILITIES.get(re.sub(r"-\d{8}$", "", model))


def cache_minimum(model: str) -> int:
    """Tokens a prefix needs to be cached by a model."""
    known = abilities_of(model)
    return known.cache_minimum if known else UNKNOWN_CACHE_MINIMUM


def thought(model: str, effort: Effort, max_tokens: int) -> Thought:
    """How a model is told how much it may think.

    The newer models think where nothing is said, which is billed as output and counts toward
    `max_tokens`; `off` is the least effort where thinking can't be turned off. To a model that
    nothing is known of only what was asked for is said: some refuse these fields.

    Args:
        model: the model to ask.
        effort: how much it may think.
        max_tokens: output tokens at most; a budget of thinking takes half of it at most.
    """
    known = abilities_of(model)
    level = _LEVELS.get(effort)
    if level is None:
        if known is None:
            return Thought(None, None)
        if known.off is None:
            return Thought({"type": "adaptive"}, "low")
        if known.off == "disabled":
            return Thought({"type": "disabled"}, None)
        return Thought({"type": "between_tools"}, None)
    if known is None or known.adaptive:
        return Thought({"type": "adaptive"}, level)
    budget = max(LEAST_BUDGET, min(THINKING_ROOM[effort], max_tokens // 2))
    return Thought({"type": "enabled", "budget_tokens": budget}, level if known.efforts else None)
