"""What each model can: how its reasoning is turned up and down, and how its room is named.

By the vendor's documentation, as of the models that it has a page for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from domain.settings import Effort

Reasoning = Literal["none", "minimal", "low", "medium", "high"]
RoomField = Literal["max_completion_tokens", "max_tokens"]

LEAST: Mapping[str, Reasoning | None] = {
    "gpt-5.2": "none",
    "gpt-5.1": "none",
    "gpt-5": "minimal",
    "gpt-5-mini": "minimal",
    "gpt-5-nano": "minimal",
    "o4-mini": "low",
    "o3": "low",
    "o3-mini": "low",
    "o1": "low",
    "gpt-4.1": None,
    "gpt-4.1-mini": None,
    "gpt-4.1-nano": None,
    "gpt-4o": None,
    "gpt-4o-mini": None,
}
"""The least a model can reason, by its name without its date; None: it can't reason at all."""

_EFFORTS: Mapping[Effort, Reasoning] = {"low": "low", "medium": "medium", "high": "high"}

_VENDORS_OWN = re.compile(r"gpt-(?!oss)|o\d|chatgpt-|ft:")


def reasoning(model: str, effort: Effort) -> Reasoning | None:
    """How a model is told how much it may reason; None is left unsaid.

    What is reasoned is billed as output and counts toward the answer's room. To a model that
    nothing is known of only what was asked for is said: some servers refuse the field.
    """
    name = _plain(model)
    asked = _EFFORTS.get(effort)
    if name not in LEAST:
        return asked
    least = LEAST[name]
    return None if least is None else asked or least


def room_field(model: str) -> RoomField:
    """The field that says how many tokens an answer may take.

    The vendor's own models that reason refuse the older name, which is the one that other servers
    know.
    """
    is_vendors = _VENDORS_OWN.match(_plain(model)) is not None
    return "max_completion_tokens" if is_vendors else "max_tokens"


def _plain(model: str) -> str:
    """A model's name without the date of its snapshot, and without a vendor before it."""
    return re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model.lower().rpartition("/")[2])
