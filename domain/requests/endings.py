"""How an answer came to its end, whatever word an engine has for it."""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """How an answer ended; only one that is complete is read."""

    COMPLETE = "complete"
    """The model had said all it wanted to say."""
    TRUNCATED = "truncated"
    """It ran out of room."""
    REFUSED = "refused"
    """The model, or a filter in front of it, would not answer."""
    OTHER = "other"
    """Anything else: a tool was to be called, a word that nobody knows, none at all."""
